//! Producers that outlive their readers.

mod bounds;
mod logs;
mod memory;
mod readers;
mod restarts;
mod stores;
mod support;
