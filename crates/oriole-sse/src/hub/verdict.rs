//! What a client is told when it comes.

use crate::cursor::CursorFault;

/// Says, in the first event of a subscription, how it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// The client gave no cursor. It gets what comes from now on, and before that what its [`Start`](super::Start) goes back
    /// to: `live`.
    Live,
    /// The client goes on where it left off, and gets everything that it missed: `resumed`.
    Resumed,
    /// The client goes on where it left off, but part of what it missed is gone; a `gap` says which: `gap`.
    Gap,
    /// The client is given the state as it was at one moment, and then everything that came after it: `snapshot`.
    Snapshot,
    /// The client's cursor was refused. It gets what comes from now on: `refused`.
    Refused(CursorFault),
}

impl Verdict {
    pub(crate) const WORDS: [&'static str; 5] = ["live", "resumed", "gap", "snapshot", "refused"];

    /// Shows the word by which a client is told.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Resumed => "resumed",
            Self::Gap => "gap",
            Self::Snapshot => "snapshot",
            Self::Refused(_) => "refused",
        }
    }
}
