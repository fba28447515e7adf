//! The events that a hub itself says.

use std::fmt::{self, Write};

use super::verdict::Verdict;
use crate::store::{Sequence, Topic};

/// Says why events of a topic are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GapReason {
    /// The store does not keep them any more: `retention`.
    Retention,
    /// The client was too slow, and its subscription drops what is too much: `overflow`.
    Overflow,
    /// The client was too slow, and of each key it gets the latest only; events without a key may be missing altogether:
    /// `coalesced`. What follows may lie within the range.
    Coalesced,
    /// The log was lost or begins anew: `restart`.
    Restart,
    /// The client was further behind than is caught up with: `too-far`.
    TooFar,
    /// The store cannot be read. Events that follow may have no id and may not be repeated: `unavailable`.
    Unavailable,
    /// The client's cursor was refused, so that nobody knows what is missing: `cursor`.
    Cursor,
}

/// Says why the server ended a subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EndReason {
    /// The client was too slow; what it has missed is kept, and it may come back: `slow`.
    Slow,
    /// The server is about to end: `drain`.
    Drain,
    /// The subscription was as old as it may become: `lifetime`.
    Lifetime,
    /// The client took nothing for too long: `stalled`.
    Stalled,
    /// The client may not read any more: the application ended it, or its guard refused to let it go on: `revoked`.
    Revoked,
    /// Whether the client may read on could not be found out in time; it may come back: `unverified`.
    Unverified,
    /// The client has another subscription [instead](super::Subscribe::replacing) of this one: `replaced`. Who comes back with the id
    /// of this `end` is answered 204, for which a browser stops.
    Replaced,
}

/// A loss, as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) reason: GapReason,
    pub(super) after: Option<Sequence>,
    pub(super) through: Option<Sequence>,
}

impl Gap {
    /// Tells how many numbers the range has, if it is known; a store may have left some of them out.
    pub(super) fn events(&self) -> Option<u64> {
        Some(self.through?.0.saturating_sub(self.after?.0))
    }
}

impl GapReason {
    pub(crate) const ALL: [Self; 7] = [
        Self::Retention,
        Self::Overflow,
        Self::Coalesced,
        Self::Restart,
        Self::TooFar,
        Self::Unavailable,
        Self::Cursor,
    ];

    /// Shows the word by which a client is told.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Retention => "retention",
            Self::Overflow => "overflow",
            Self::Coalesced => "coalesced",
            Self::Restart => "restart",
            Self::TooFar => "too-far",
            Self::Unavailable => "unavailable",
            Self::Cursor => "cursor",
        }
    }
}

impl EndReason {
    pub(crate) const ALL: [Self; 7] =
        [Self::Slow, Self::Drain, Self::Lifetime, Self::Stalled, Self::Revoked, Self::Unverified, Self::Replaced];

    /// Whether the client is asked to come back.
    pub(super) fn is_passing(self) -> bool {
        !matches!(self, Self::Revoked | Self::Replaced)
    }

    /// Gives a number from 1 on, for where it has to be atomic.
    pub(super) fn number(self) -> u8 {
        Self::ALL.iter().zip(1..).find_map(|(reason, number)| (*reason == self).then_some(number)).unwrap_or(0)
    }

    pub(super) fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }

    /// Shows the word by which a client is told.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Slow => "slow",
            Self::Drain => "drain",
            Self::Lifetime => "lifetime",
            Self::Stalled => "stalled",
            Self::Revoked => "revoked",
            Self::Unverified => "unverified",
            Self::Replaced => "replaced",
        }
    }
}

/// What a `hello` says beside its verdict.
#[derive(Debug, Default)]
pub(super) struct Hello<'a> {
    pub(super) is_live_only: bool,
    /// Topics that the client did not read before.
    pub(super) live: Vec<&'a Topic>,
    /// Of a subscription that may be changed, what the client shows for it.
    pub(super) handle: Option<&'a str>,
    /// Its topics, and those that it had and has no longer.
    pub(super) topics: Vec<&'a Topic>,
    pub(super) refused: Vec<&'a Topic>,
}

impl Hello<'_> {
    pub(super) fn data(&self, verdict: Verdict) -> String {
        let mut data = format!("{{\"verdict\":\"{}\"", verdict.as_str());
        if let Verdict::Refused(fault) = verdict {
            data.push_str(",\"reason\":\"");
            data.push_str(fault.as_str());
            data.push('"');
        }
        if let Some(handle) = self.handle {
            data.push_str(",\"handle\":\"");
            data.push_str(handle);
            data.push('"');
        }
        for (name, topics) in [("live", &self.live), ("topics", &self.topics), ("refused", &self.refused)] {
            if !topics.is_empty() {
                data.push_str(&format!(",\"{name}\":{}", names(topics)));
            }
        }
        data.push_str(if self.is_live_only { ",\"liveOnly\":true}" } else { "}" });
        data
    }
}

pub(super) fn topics_data(topics: &[&Topic], added: &[&Topic], removed: &[&Topic], is_revoked: bool) -> String {
    let (topics, added, removed) = (names(topics), names(added), names(removed));
    let reason = if is_revoked { ",\"reason\":\"revoked\"" } else { "" };
    format!("{{\"topics\":{topics},\"added\":{added},\"removed\":{removed}{reason}}}")
}

fn names(topics: &[&Topic]) -> String {
    let names: Vec<_> = topics.iter().map(|topic| JsonText(topic.shown()).to_string()).collect();
    format!("[{}]", names.join(","))
}

pub(super) fn gap_data(topic: &Topic, gap: Gap) -> String {
    let bound = |sequence: Option<Sequence>| sequence.map_or("null".into(), |sequence| sequence.to_string());
    let (after, through) = (bound(gap.after), bound(gap.through));
    let (topic, reason) = (JsonText(topic.shown()), gap.reason.as_str());
    format!("{{\"topic\":{topic},\"reason\":\"{reason}\",\"after\":{after},\"through\":{through}}}")
}

pub(super) fn end_data(reason: EndReason) -> String {
    format!("{{\"reason\":\"{}\"}}", reason.as_str())
}

/// A text without control characters as JSON.
struct JsonText<'a>(&'a str);

impl fmt::Display for JsonText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for character in self.0.chars() {
            if matches!(character, '"' | '\\') {
                f.write_char('\\')?;
            }
            f.write_char(character)?;
        }
        f.write_char('"')
    }
}
