//! `bundle!`: several markers under one name, and `#[apply(name(..))]`, which puts them in its place.
//!
//! A bundle is a `macro_rules!` of the user's crate. `#[controller]` hands it the whole impl with the place marked; the
//! bundle hands its markers and the impl on to `__apply!`, which puts the ones into the other; then `#[controller]` starts
//! anew. So markers that come from a bundle are checked as those that are written out.

mod apply;
mod define;
#[cfg(test)]
mod tests;

pub(crate) use apply::{apply, hand_over};
pub(crate) use define::define;
