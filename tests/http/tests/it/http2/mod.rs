//! HTTP/2 beside HTTP/1.1 on one port.

mod frames;
mod peers;
mod serving;
mod wakes;
