//! Producers that outlive their readers.

mod bounds;
mod readers;
mod restarts;
mod stores;
mod support;
