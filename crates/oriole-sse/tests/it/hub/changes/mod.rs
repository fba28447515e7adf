//! Subscriptions that are changed while they go on.

mod away;
mod bounds;
mod returns;
mod rights;
mod states;
mod support;
mod topics;
