//! Over a disk that can be full, stuck, or without power, and over files that are no store.

mod commits;
mod disk;
mod files;
mod full;
mod recent;
mod room;
mod support;
