//! Which schedules there are, and how a request names one.

use std::time::Duration;

/// Names a schedule that a [`DoctorProbe`](super::DoctorProbe) streams by.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use oriole_sse::DoctorAct;
///
/// let act = DoctorAct::Silence { length: Duration::from_secs(60) };
/// assert_eq!(act.query(), "act=silence&ms=60000");
/// assert_eq!(DoctorAct::of_query("act=silence&ms=60000"), Some(act));
/// assert_eq!(DoctorAct::of_query("act=dance"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DoctorAct {
    /// Frames of growing sizes in quick succession, a first one at once: shows what holds them, and for how many bytes. It
    /// takes 2.6 s and some 115 KB.
    Drip {
        /// Whether the head leaves out `X-Accel-Buffering: no`, to see what a proxy would do without being told.
        is_bare: bool,
    },
    /// One frame at once, then silence, then the last frame: shows what cuts a stream that says nothing.
    Silence {
        /// How long the silence is, in whole milliseconds.
        length: Duration,
    },
    /// One frame at once, then a comment from time to time, as heartbeats are: shows what cuts a stream that is alive.
    Beat {
        /// The time between two comments, in whole milliseconds.
        interval: Duration,
        /// How long it goes on, in whole milliseconds.
        length: Duration,
    },
}

impl DoctorAct {
    /// Writes it as the query of a request.
    #[must_use]
    pub fn query(&self) -> String {
        match self {
            Self::Drip { is_bare: false } => "act=drip".into(),
            Self::Drip { is_bare: true } => "act=drip&bare".into(),
            Self::Silence { length } => format!("act=silence&ms={}", length.as_millis()),
            Self::Beat { interval, length } => {
                format!("act=beat&every={}&ms={}", interval.as_millis(), length.as_millis())
            }
        }
    }

    /// Reads it from the query of a request; `None` for what is no schedule. What else the query says is passed over.
    #[must_use]
    pub fn of_query(query: &str) -> Option<Self> {
        let value = |name: &str| {
            let mut pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
            pairs.find_map(|(given, value)| (given == name).then_some(value))
        };
        let time = |name| Some(Duration::from_millis(value(name)?.parse().ok()?));
        match value("act")? {
            "drip" => Some(Self::Drip { is_bare: value("bare").is_some() }),
            "silence" => Some(Self::Silence { length: time("ms")? }),
            "beat" => {
                let interval: Duration = time("every")?;
                (!interval.is_zero()).then_some(Self::Beat { interval, length: time("ms")? })
            }
            _ => None,
        }
    }
}
