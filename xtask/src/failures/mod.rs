//! Which tests failed, and why: said once more at the end, where a long log is read first.

mod junit;
mod libtest;
mod list;

pub(crate) use junit::{JUNIT, in_junit};
pub(crate) use libtest::in_libtest;
pub(crate) use list::{Failure, list};

#[cfg(test)]
mod tests;
