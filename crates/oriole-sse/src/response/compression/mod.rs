//! One compression of an event for all who read it.

mod accept;
mod gzip;
mod negotiation;
mod options;
mod piece;
mod pieces;
#[cfg(test)]
mod tests;

pub(super) use gzip::Gzip;
pub(super) use negotiation::Negotiation;
pub use options::EventCompression;
