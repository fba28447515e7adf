//! What is counted of a hub.

use std::fmt;

use super::handle::{Counter, Gauge, Histogram, Labels, Unit, counter, gauge, histogram};
use super::words::ByWord;
use crate::hub::{EndReason, GapReason, PublishError, Published, ReaderLag, SubscribeError, Verdict};

/// Counts what a hub does. Nothing here is labelled by topic, principal or address: there can be any number of these.
pub(crate) struct HubMeter {
    open: Gauge,
    ended: ByWord,
    refused: ByWord,
    verdicts: ByWord,
    gaps: ByWord,
    gap_events: ByWord,
    published: ByWord,
    published_bytes: Counter,
    lag_events: Histogram,
    lag_bytes: Histogram,
    lag_milliseconds: Histogram,
    topics: Gauge,
    ring_bytes: Gauge,
}

/// A client that left by itself.
const LEFT: &str = "left";

impl HubMeter {
    /// Asks the recorder that is installed now for everything that is counted; `name` tells several hubs apart.
    pub(crate) fn new(name: Option<&str>) -> Self {
        let hub = name.map(|name| ("hub", name));
        let labels: Labels<'_> = hub.as_slice();
        let by_word =
            |name, what, label, words: &[&'static str]| ByWord::new(name, Unit::Count, what, label, words, labels);
        let gaps = GapReason::ALL.map(GapReason::as_str);
        let ends: Vec<_> = EndReason::ALL.iter().map(|reason| reason.as_str()).chain([LEFT]).collect();
        Self {
            open: gauge("sse_subscriptions_open", Unit::Count, "Subscriptions that are open.", labels),
            ended: by_word(
                "sse_subscriptions_ended_total",
                "Subscriptions that have ended, by reason.",
                "reason",
                &ends,
            ),
            refused: by_word(
                "sse_subscriptions_refused_total",
                "Subscriptions that did not begin, by reason.",
                "reason",
                &SubscribeError::WORDS,
            ),
            verdicts: by_word(
                "sse_replays_total",
                "Subscriptions that began, by what the client was told.",
                "verdict",
                &Verdict::WORDS,
            ),
            gaps: by_word("sse_gaps_total", "Losses that subscribers were told of, by reason.", "reason", &gaps),
            gap_events: by_word(
                "sse_dropped_events_total",
                "Events in the ranges of those losses, where they are known, by reason.",
                "reason",
                &gaps,
            ),
            published: by_word(
                "sse_published_total",
                "Publications, by what became of them.",
                "outcome",
                &[STORED, DUPLICATE, LIVE_ONLY, REFUSED, FAILED],
            ),
            published_bytes: counter(
                "sse_published_bytes_total",
                Unit::Bytes,
                "Bytes of events that were published.",
                labels,
            ),
            lag_events: histogram(
                "sse_lag_events",
                Unit::Count,
                "How many events a subscriber is behind, looked at once per second.",
                labels,
            ),
            lag_bytes: histogram(
                "sse_lag_bytes",
                Unit::Bytes,
                "The same in bytes, as far as they are in memory.",
                labels,
            ),
            lag_milliseconds: histogram(
                "sse_lag_milliseconds",
                Unit::Milliseconds,
                "The age of the oldest event in memory that the subscriber has not taken.",
                labels,
            ),
            topics: gauge("sse_topics", Unit::Count, "Topics that are in memory.", labels),
            ring_bytes: gauge("sse_ring_bytes", Unit::Bytes, "Bytes of events that are in memory for readers.", labels),
        }
    }

    pub(crate) fn began(&self, verdict: Verdict) {
        self.open.increment(1.0);
        self.verdicts.add(verdict.as_str(), 1);
    }

    pub(crate) fn ended(&self, reason: Option<EndReason>) {
        self.open.decrement(1.0);
        self.ended.add(reason.map_or(LEFT, EndReason::as_str), 1);
    }

    pub(crate) fn refused(&self, reason: &str) {
        self.refused.add(reason, 1);
    }

    /// Counts a loss, and how many events it has if that is known.
    pub(crate) fn gap(&self, reason: GapReason, events: Option<u64>) {
        self.gaps.add(reason.as_str(), 1);
        if let Some(events) = events {
            self.gap_events.add(reason.as_str(), events);
        }
    }

    pub(crate) fn published(&self, bytes: usize, published: &Result<Published, PublishError>) {
        let outcome = match published {
            Ok(Published::Stored { is_duplicate: false, .. }) => STORED,
            Ok(Published::Stored { is_duplicate: true, .. }) => DUPLICATE,
            Ok(Published::LiveOnly) => LIVE_ONLY,
            Err(PublishError::Store(_) | PublishError::Away) => FAILED,
            Err(_) => REFUSED,
        };
        self.published.add(outcome, 1);
        if matches!(outcome, STORED | LIVE_ONLY) {
            self.published_bytes.increment(bytes as u64);
        }
    }

    pub(crate) fn lag(&self, lag: &ReaderLag) {
        // Beyond 2^52 a histogram may round.
        #[expect(clippy::cast_precision_loss, reason = "the facade counts in floating point")]
        let number = |count: u64| count as f64;
        self.lag_events.record(number(lag.events));
        self.lag_bytes.record(number(lag.bytes));
        self.lag_milliseconds.record(lag.age.as_secs_f64() * 1000.0);
    }

    pub(crate) fn memory(&self, topics: usize, ring_bytes: u64) {
        #[expect(clippy::cast_precision_loss, reason = "the facade counts in floating point")]
        let (topics, bytes) = (topics as f64, ring_bytes as f64);
        self.topics.set(topics);
        self.ring_bytes.set(bytes);
    }
}

const STORED: &str = "stored";
const DUPLICATE: &str = "duplicate";
const LIVE_ONLY: &str = "live-only";
const REFUSED: &str = "refused";
const FAILED: &str = "failed";

impl fmt::Debug for HubMeter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HubMeter")
    }
}
