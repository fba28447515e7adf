//! The kit, used as applications use it.

mod app;
mod automock;
mod enhancers;
mod events;
mod logs;
mod modules;
mod overrides;
mod requests;
mod units;
