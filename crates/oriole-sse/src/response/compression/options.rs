//! What an application can set.

/// Sets how event streams are compressed: with gzip, each event or run of events once for all who read it, and none of them held back.
///
/// What goes out at once is compressed by itself, so that the same bytes fit into every stream at any place. So it shrinks less than a file
/// does: nothing is learned from the events before. An event is decoded as soon as it is there. Where ids are a subscriber's own, as they are with
/// a [principal](crate::Subscribe::principal) or several topics, the id goes out as it is, and the rest of an event is compressed once for all as
/// well. Only what nobody else has, or is shorter than [`bytes_min`](Self::bytes_min), is compressed for one stream, together with what goes out
/// with it.
///
/// It pays where the network is dearer than processor time, and events are larger than a few hundred bytes. Leave it off behind a proxy that
/// compresses by itself, and where a reader may choose a part of what is secret to others: the length of what is compressed together tells
/// about it. A client that does not offer gzip in `Accept-Encoding`, or likes `identity` better, gets the plain stream. Oriole's server does not
/// read for many at once where it is compressed.
///
/// # Examples
///
/// ```
/// use oriole_sse::{EventCompression, SseOptions};
///
/// let compression = EventCompression::default().bytes_min(200).level(9);
/// let options = SseOptions::default().compression(compression);
/// assert_eq!(options.compression.map(|compression| compression.level), Some(9));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventCompression {
    /// From how many bytes it is tried. 128 by default; what is shorter, or does not shrink, is wrapped as it is, for 5 bytes per 64 KiB.
    pub bytes_min: usize,
    /// Up to how many bytes it is tried. 256 KiB by default; a larger event, or state, is wrapped as it is: it would hold the thread, and whoever
    /// waits for the same, for too long.
    pub bytes_max: usize,
    /// How hard to try, from 0, which only wraps, to 9. 6 by default; more counts as 9.
    pub level: u32,
    /// For how many bytes of events, with 256 for each frame, what was made of them is kept for others. 4 MiB by default; it is held besides,
    /// and never larger than the events by more than their wrapping. Beyond it the oldest go, and are made again for a reader that is as late.
    pub kept_bytes_max: usize,
}

impl EventCompression {
    /// Sets [`bytes_min`](Self::bytes_min).
    #[must_use]
    pub fn bytes_min(mut self, bytes: usize) -> Self {
        self.bytes_min = bytes;
        self
    }

    /// Sets [`bytes_max`](Self::bytes_max).
    #[must_use]
    pub fn bytes_max(mut self, bytes: usize) -> Self {
        self.bytes_max = bytes;
        self
    }

    /// Sets [`level`](Self::level).
    #[must_use]
    pub fn level(mut self, level: u32) -> Self {
        self.level = level;
        self
    }

    /// Sets [`kept_bytes_max`](Self::kept_bytes_max).
    #[must_use]
    pub fn kept_bytes_max(mut self, bytes: usize) -> Self {
        self.kept_bytes_max = bytes;
        self
    }
}

impl Default for EventCompression {
    fn default() -> Self {
        Self { bytes_min: 128, bytes_max: 256 * 1024, level: 6, kept_bytes_max: 4 * 1024 * 1024 }
    }
}
