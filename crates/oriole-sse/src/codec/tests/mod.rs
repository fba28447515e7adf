//! The rules of the standard, by their numbers, and what goes out.

mod decoding;
mod encoding;
mod limits;
mod support;
