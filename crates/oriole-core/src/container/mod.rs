//! Builds every provider once, in the order of needs.
/// placeholder
#[derive(Debug)] pub struct BootError;
/// placeholder
#[derive(Debug)] pub struct Container;
