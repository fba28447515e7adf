//! Of what there can be too many.

use std::fmt;

/// Says of what there are too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Crowd {
    /// Subscriptions of the hub: [`HubOptions::subscriptions_max`](super::HubOptions::subscriptions_max).
    All,
    /// Subscriptions of clients that have no cursor, shortly after the hub began:
    /// [`HubOptions::fresh_subscriptions_max`](super::HubOptions::fresh_subscriptions_max).
    Fresh,
    /// Subscriptions of the topic:
    /// [`HubOptions::topic_subscriptions_max`](super::HubOptions::topic_subscriptions_max).
    Topic,
    /// Subscriptions of the principal:
    /// [`HubOptions::principal_subscriptions_max`](super::HubOptions::principal_subscriptions_max).
    Principal,
    /// Subscriptions from the address:
    /// [`HubOptions::address_subscriptions_max`](super::HubOptions::address_subscriptions_max).
    Address,
}

impl fmt::Display for Crowd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::All | Self::Fresh => "there are too many subscriptions",
            Self::Topic => "there are too many subscriptions to the topic",
            Self::Principal => "there are too many subscriptions of the same client",
            Self::Address => "there are too many subscriptions from the same address",
        })
    }
}
