//! What is counted of all event streams of an application.

use std::fmt;

use super::handle::{Counter, Gauge, Unit, counter, gauge};
use super::words::ByWord;

/// Counts the streams of one [`EventStreams`](crate::EventStreams).
pub(crate) struct StreamMeter {
    open: Gauge,
    ended: ByWord,
    turned_away: Counter,
    bytes: Counter,
    heartbeats: Counter,
}

/// Says how a stream's response ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StreamEnd {
    /// The stream was over.
    Complete,
    /// The application drained.
    Drain,
    /// The body was dropped before either: the client had left.
    Left,
}

impl StreamEnd {
    const ALL: [Self; 3] = [Self::Complete, Self::Drain, Self::Left];

    fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Drain => "drain",
            Self::Left => "left",
        }
    }
}

impl StreamMeter {
    pub(crate) fn new() -> Self {
        let ends = StreamEnd::ALL.map(StreamEnd::as_str);
        Self {
            open: gauge("sse_streams_open", Unit::Count, "Event streams that are open.", &[]),
            ended: ByWord::new(
                "sse_streams_ended_total",
                Unit::Count,
                "Event streams that have ended, by reason.",
                "reason",
                &ends,
                &[],
            ),
            turned_away: counter(
                "sse_streams_turned_away_total",
                Unit::Count,
                "Event streams that were asked for while the application drained.",
                &[],
            ),
            bytes: counter("sse_sent_bytes_total", Unit::Bytes, "Bytes of event streams given to the server.", &[]),
            heartbeats: counter("sse_heartbeats_total", Unit::Count, "Comments that were sent to silent streams.", &[]),
        }
    }

    pub(crate) fn opened(&self) {
        self.open.increment(1.0);
    }

    pub(crate) fn ended(&self, end: StreamEnd) {
        self.open.decrement(1.0);
        self.ended.add(end.as_str(), 1);
    }

    pub(crate) fn turned_away(&self) {
        self.turned_away.increment(1);
    }

    pub(crate) fn sent(&self, bytes: usize) {
        self.bytes.increment(bytes as u64);
    }

    pub(crate) fn heartbeat(&self) {
        self.heartbeats.increment(1);
    }
}

impl fmt::Debug for StreamMeter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StreamMeter")
    }
}
