//! What became of streams that were silent, or alive for long.

use std::time::Duration;

use serde::Serialize;

use super::listen::{End, Heard};
use super::timing::millis;

/// Into how many growing lengths the patience is cut: a silence that is lost without a word is found between two of them.
pub(super) const SILENCES: u32 = 4;

/// How a stream was cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum How {
    /// In good order, as if it were over.
    Ended,
    /// The connection broke.
    Broken,
    /// Without a word: nothing comes any more.
    Lost,
}

/// What the silences, the beat or a stream of one's own came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "outcome")]
pub(super) enum Fate {
    /// It was there to its end.
    Survived { ms: u64 },
    /// It was cut.
    Cut {
        /// After so long without a byte.
        silent_ms: u64,
        /// After so long in all.
        total_ms: u64,
        how: How,
    },
}

impl Fate {
    /// `None` for what never was a stream of the probe's: what was refused is not cut.
    pub(super) fn of(heard: &Heard) -> Option<Self> {
        if !heard.is_probes() {
            return None;
        }
        let how = match heard.end {
            End::Whole | End::Endless => return Some(Self::Survived { ms: millis(heard.over_after) }),
            End::Early => How::Ended,
            End::Broken(_) => How::Broken,
            End::Silent => How::Lost,
        };
        Some(Self::Cut { silent_ms: millis(heard.silent_for()), total_ms: millis(heard.over_after), how })
    }

    /// The fate of silences, of which each is twice as long as the one before: the earliest cut, or that all survived;
    /// `None` if one of them was refused.
    pub(super) fn of_silences(silences: &[(Duration, Heard)]) -> Option<Self> {
        let fates = silences.iter().map(|(length, heard)| Some((*length, Self::of(heard)?)));
        let fates = fates.collect::<Option<Vec<_>>>()?;
        let fates = || fates.iter().copied();
        let survived = fates().filter_map(|(length, fate)| matches!(fate, Self::Survived { .. }).then_some(length));
        let survived = millis(survived.max().unwrap_or_default());
        let told = fates().filter_map(|(_, fate)| match fate {
            Self::Cut { how: How::Ended | How::Broken, .. } => Some(fate),
            _ => None,
        });
        let lost = fates().filter_map(|(length, fate)| match fate {
            // When it was lost nobody knows: after the longest that was not, and before its own end.
            Self::Cut { how: How::Lost, .. } => {
                Some(Self::Cut { silent_ms: survived, total_ms: millis(length), how: How::Lost })
            }
            _ => None,
        });
        let earliest = told.min_by_key(|fate| fate.silent_ms());
        Some(earliest.or_else(|| lost.min_by_key(Self::total_ms)).unwrap_or(Self::Survived { ms: survived }))
    }

    pub(super) fn silent_ms(&self) -> u64 {
        match self {
            Self::Survived { ms } => *ms,
            Self::Cut { silent_ms, .. } => *silent_ms,
        }
    }

    pub(super) fn total_ms(&self) -> u64 {
        match self {
            Self::Survived { ms } => *ms,
            Self::Cut { total_ms, .. } => *total_ms,
        }
    }

    /// For how long something came.
    pub(super) fn alive_ms(&self) -> u64 {
        match self {
            Self::Survived { ms } => *ms,
            Self::Cut { silent_ms, total_ms, .. } => total_ms.saturating_sub(*silent_ms),
        }
    }

    pub(super) fn is_cut(&self) -> bool {
        matches!(self, Self::Cut { .. })
    }
}
