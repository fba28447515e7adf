//! What is promised of costs and can be counted.

mod allocations;
mod generator;
mod pictures;
mod stubs;
