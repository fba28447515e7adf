//! Why somebody left.

use crate::hub::EndReason;

/// Says why somebody is not here any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LeaveCause {
    /// The client closed its connection, and did not come back in time: `closed`. So does one whose connection was cut while nothing was on
    /// its way.
    Closed,
    /// The connection broke while something was on its way, or the client took nothing for too long: `lost`.
    Lost,
    /// The client reads other topics by now: `unsubscribed`.
    Unsubscribed,
    /// The server ended the subscription, and the client did not come back in time: the reason's word.
    Ended(EndReason),
}

impl LeaveCause {
    /// Shows the word by which others are told.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Lost | Self::Ended(EndReason::Stalled) => "lost",
            Self::Unsubscribed => "unsubscribed",
            Self::Ended(reason) => reason.as_str(),
        }
    }

    /// Whether the client may be back in a moment, so that nobody is told before.
    pub(super) fn is_passing(self) -> bool {
        !matches!(self, Self::Unsubscribed | Self::Ended(EndReason::Revoked))
    }
}
