//! How each thing is measured.

mod burst;
mod churn;
mod hello;
mod idle;
mod rate;
mod stalled;
mod storm;
mod sweep;

pub(super) use burst::burst;
pub(super) use churn::churn;
pub(super) use hello::hello;
pub(super) use idle::idle;
pub(super) use rate::{awake, rate, shards};
pub(super) use stalled::stalled;
pub(super) use storm::storm;
pub(super) use sweep::sweep;
