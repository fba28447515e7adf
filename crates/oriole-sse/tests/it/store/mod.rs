//! One suite over all stores.
//!
//! A store's file says how to make one ([`suite::MakeStore`]) and calls `store_suite!`; what only that store promises, such
//! as what it keeps over a restart, is tested beside.

#[macro_use]
mod suite;

mod memory;
#[cfg(feature = "hub-redb")]
mod redb;
