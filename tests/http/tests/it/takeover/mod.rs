//! Who carries a hub's event streams, the shards or hyper, is nothing that a client sees.

mod clients;
mod ends;
mod heads;
mod hubs;
mod places;
mod stage;
mod suite;
mod tls;
