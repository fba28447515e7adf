//! Orders.

mod controller;
mod events;
mod listeners;
mod module;
mod service;

pub(crate) use module::OrdersModule;
