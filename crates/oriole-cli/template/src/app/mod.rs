//! The root module.

mod controller;
mod module;
mod service;
#[cfg(test)]
mod tests;

pub use module::AppModule;
