//! What is compressed, and how.

use super::Encoding;

/// How answers are compressed.
///
/// # Examples
///
/// ```
/// use oriole_http::{CompressionOptions, Encoding};
///
/// let options = CompressionOptions::default().encodings([Encoding::Gzip]).threshold(0).level(9);
/// # let _ = options;
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct CompressionOptions {
    pub(super) encodings: Vec<Encoding>,
    pub(super) threshold: u64,
    pub(super) level: Option<i32>,
}

/// The default of [`CompressionOptions::threshold`]: 1 KiB.
const THRESHOLD_BYTES: u64 = 1024;

impl Default for CompressionOptions {
    fn default() -> Self {
        Self {
            encodings: vec![
                #[cfg(feature = "compression-br")]
                Encoding::Br,
                #[cfg(feature = "compression-zstd")]
                Encoding::Zstd,
                Encoding::Gzip,
                Encoding::Deflate,
            ],
            threshold: THRESHOLD_BYTES,
            level: None,
        }
    }
}

impl CompressionOptions {
    /// Which encodings are offered; of those that a client likes alike, the first is taken (`CMP.5`).
    ///
    /// By default Brotli and Zstandard where their features are on, then gzip, then deflate.
    pub fn encodings(mut self, encodings: impl IntoIterator<Item = Encoding>) -> Self {
        self.encodings = encodings.into_iter().collect();
        self
    }

    /// From how many bytes a body is compressed; 1 KiB by default. One whose length is not known is always.
    pub fn threshold(mut self, bytes: u64) -> Self {
        self.threshold = bytes;
        self
    }

    /// How hard to try, on the scale of the encoding that is used (Brotli: 0 to 11, gzip: 1 to 9); by default a level that
    /// is meant for answers made on the fly, for Brotli 4 (`CMP.4`).
    pub fn level(mut self, level: i32) -> Self {
        self.level = Some(level);
        self
    }
}
