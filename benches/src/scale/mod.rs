//! One large application written twice, as Oriole modules and as hand-written axum, from one shape.

mod axum;
mod oriole;
mod parts;
mod project;

pub use project::{Flavour, Project, Shape};
