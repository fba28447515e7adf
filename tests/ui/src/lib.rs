//! Compile-fail and compile-pass programs; see `tests/ui.rs`.
