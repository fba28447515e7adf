//! Why somebody left.

use crate::hub::EndReason;

/// Says why somebody is not here any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LeaveCause {
    /// The connection is gone, and the client did not come back in time: `closed`. It may have closed it, or vanished: to the server it is
    /// the same.
    Closed,
    /// The client took nothing for too long, or the connection ended in a write: `lost`. Servers seldom have one under way, since the kernel
    /// takes the bytes; and one that gives up the connection first makes it [`Closed`](Self::Closed).
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
