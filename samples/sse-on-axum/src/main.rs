//! `oriole-sse` alone, in a plain axum program.
fn main() {}
