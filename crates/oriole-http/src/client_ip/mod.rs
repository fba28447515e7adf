//! Where a client is, if proxies stand between.

mod enable;
mod entries;
mod extract;
mod network;
mod proxies;
#[cfg(test)]
mod tests;

pub use extract::ClientIp;
pub use proxies::{ForwardedHeader, TrustedProxies};

pub(crate) use proxies::Trusted;
