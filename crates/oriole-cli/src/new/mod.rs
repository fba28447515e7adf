//! `oriole new`: a project that builds, runs, and whose test passes.

mod create;
mod files;
mod name;

pub(crate) use create::{Order, create};
pub(crate) use name::{KEYWORDS, ProjectName};
