//! What was compressed, for all who read the same.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::num::NonZero;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use bytes::Bytes;
use flate2::{Compress, Compression, Crc};

use super::EventCompression;
use super::piece::Piece;
use crate::lock::lock;

/// Compresses for all streams of a set.
pub(super) struct Pieces {
    options: EventCompression,
    kept: Mutex<Kept>,
    /// Those that wait for work, for as many as can work at a time; one is some hundred KiB large.
    compressors: Mutex<Vec<Compress>>,
    compressors_max: usize,
    /// How many streams there are.
    streams: AtomicUsize,
    /// How many pieces were made.
    made: AtomicU64,
}

#[derive(Default)]
struct Kept {
    entries: HashMap<Key, Arc<Entry>>,
    /// The oldest first.
    order: VecDeque<Key>,
    bytes: usize,
}

/// Where bytes are, and how many. Nothing else can be there as long as the entry has them.
type Key = (usize, usize);

struct Entry {
    plain: Bytes,
    piece: OnceLock<Piece>,
}

/// What an entry costs beside its bytes, about.
const ENTRY_BYTES: usize = 256;

impl Pieces {
    pub(super) fn new(options: EventCompression) -> Self {
        Self {
            options,
            kept: Mutex::default(),
            compressors: Mutex::default(),
            compressors_max: std::thread::available_parallelism().map_or(1, NonZero::get),
            streams: AtomicUsize::new(0),
            made: AtomicU64::new(0),
        }
    }

    /// Counts a stream.
    pub(super) fn enter(&self) {
        self.streams.fetch_add(1, Ordering::AcqRel);
    }

    /// Counts it no more; what nobody reads is let go of.
    pub(super) fn leave(&self) {
        if self.streams.fetch_sub(1, Ordering::AcqRel) == 1 {
            *lock(&self.kept) = Kept::default();
            *lock(&self.compressors) = Vec::new();
        }
    }

    pub(super) fn bytes_min(&self) -> usize {
        self.options.bytes_min
    }

    pub(super) fn made(&self) -> u64 {
        self.made.load(Ordering::Relaxed)
    }

    /// Gives the piece that is made of these bytes, the same for all who have the same bytes, and adds them to a sum.
    pub(super) fn take(&self, plain: Bytes, sum: &mut Crc) -> Bytes {
        if plain.is_unique() {
            // Nobody else can come with them.
            let piece = self.make(&plain);
            sum.combine(&piece.crc);
            return piece.bytes;
        }
        let entry = self.entry(plain);
        let piece = entry.piece.get_or_init(|| self.make(&entry.plain));
        sum.combine(&piece.crc);
        piece.bytes.clone()
    }

    fn entry(&self, plain: Bytes) -> Arc<Entry> {
        let key = (plain.as_ptr().addr(), plain.len());
        let cost = |bytes: usize| bytes.saturating_add(ENTRY_BYTES);
        let bytes_max = self.options.kept_bytes_max;
        let mut kept = lock(&self.kept);
        let kept = &mut *kept;
        if let Some(entry) = kept.entries.get(&key) {
            return Arc::clone(entry);
        }
        let entry = Arc::new(Entry { plain, piece: OnceLock::new() });
        if cost(key.1) > bytes_max {
            return entry;
        }
        kept.bytes += cost(key.1);
        kept.entries.insert(key, Arc::clone(&entry));
        kept.order.push_back(key);
        while kept.bytes > bytes_max
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.entries.remove(&oldest);
            kept.bytes -= cost(oldest.1);
        }
        entry
    }

    fn make(&self, plain: &[u8]) -> Piece {
        self.made.fetch_add(1, Ordering::Relaxed);
        let EventCompression { bytes_min, bytes_max, level, .. } = self.options;
        if plain.len() < bytes_min || plain.len() > bytes_max || level == 0 {
            return Piece::stored(plain);
        }
        let waiting = lock(&self.compressors).pop();
        let level = Compression::new(level.min(9));
        let mut compressor = waiting.unwrap_or_else(|| Compress::new(level, false));
        let piece = Piece::deflated(plain, &mut compressor);
        let mut compressors = lock(&self.compressors);
        if compressors.len() < self.compressors_max {
            compressors.push(compressor);
        }
        piece
    }
}

impl fmt::Debug for Pieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pieces").field("options", &self.options).field("made", &self.made()).finish_non_exhaustive()
    }
}
