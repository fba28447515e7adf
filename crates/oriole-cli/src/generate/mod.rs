//! `oriole generate`: adds a module, a controller, a service and the like to a project.
//!
//! New files are whole; what is there is edited in place, byte for byte as it was around the edit. Whatever cannot be edited
//! safely is left alone, and the lines to add are printed.

mod element;
mod files;
mod format;
mod kind;
mod manifest;
mod plan;
mod project;
mod run;
mod source;

pub(crate) use element::Element;
pub(crate) use kind::Kind;
pub(crate) use run::{Order, run};
