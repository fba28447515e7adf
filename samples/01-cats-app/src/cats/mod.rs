//! The cats: what clients ask, what they send, and who knows.

mod controller;
mod dto;
mod module;
mod service;

pub(crate) use module::CatsModule;
