//! Orders.

mod controller;
mod events;
mod listeners;
mod service;

use controller::OrdersController;
use listeners::{Invoices, Journal};
use oriole::prelude::*;
use service::Orders;

#[module(providers = [Orders, Invoices, Journal], controllers = [OrdersController])]
pub(crate) struct OrdersModule;
