//! The cats: what clients ask, what they send, and who knows.

mod controller;
mod dto;
mod module;
mod service;
#[cfg(test)]
mod tests;

pub(crate) use module::CatsModule;
