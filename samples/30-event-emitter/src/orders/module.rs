//! Who is part of it.

use super::controller::OrdersController;
use super::listeners::{Invoices, Journal};
use super::service::Orders;
use oriole::prelude::*;

#[module(providers = [Orders, Invoices, Journal], controllers = [OrdersController])]
pub(crate) struct OrdersModule;
