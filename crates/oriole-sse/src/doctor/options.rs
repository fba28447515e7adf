//! How much may be asked.

use std::time::Duration;

/// Bounds what a [`DoctorProbe`](super::DoctorProbe) sends; on top of the token, since a token can get around.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use oriole_sse::DoctorOptions;
///
/// let options = DoctorOptions::default().streams_max(16);
/// assert_eq!(options.length_max, Duration::from_secs(600));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DoctorOptions {
    /// How many streams may be open at a time. 128 by default; a run of the command opens about ten for each address. What is too
    /// much is answered 503.
    pub streams_max: usize,
    /// How long a stream may be asked to go on. 10 min by default; what is longer is answered 400.
    pub length_max: Duration,
}

impl DoctorOptions {
    /// The shortest time between two comments that may be asked for; less is answered 400.
    pub const INTERVAL_MIN: Duration = Duration::from_millis(50);

    /// Sets [`streams_max`](Self::streams_max).
    #[must_use]
    pub fn streams_max(mut self, streams: usize) -> Self {
        self.streams_max = streams;
        self
    }

    /// Sets [`length_max`](Self::length_max).
    #[must_use]
    pub fn length_max(mut self, length: Duration) -> Self {
        self.length_max = length;
        self
    }
}

impl Default for DoctorOptions {
    fn default() -> Self {
        Self { streams_max: 128, length_max: Duration::from_secs(600) }
    }
}
