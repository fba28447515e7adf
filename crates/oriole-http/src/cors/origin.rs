//! Which origins.

use http::HeaderValue;
use std::fmt;
use std::sync::Arc;

/// The origins that may read answers.
///
/// `true` reflects whatever origin asks, `false` turns CORS off, a text is one origin or `*`, a list is several.
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum CorsOrigin {
    /// `*`: all of them, without credentials.
    #[default]
    Any,
    /// None: no header is sent, and OPTIONS is a request like any other.
    Off,
    /// Whichever asks. With credentials, every site can act for its visitors; use it for development only.
    Reflect,
    /// One, which is told to whoever asks.
    Exact(String),
    /// Several, told to those that ask.
    List(Vec<String>),
    /// Those that a function accepts.
    Matching(Arc<dyn Fn(&str) -> bool + Send + Sync>),
}

impl CorsOrigin {
    /// Accepts the origins for which a function is true, for patterns such as subdomains.
    ///
    /// Compare whole origins: one that only ends in your domain's letters may be another's.
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole_http::{CorsOptions, CorsOrigin};
    ///
    /// let origin = CorsOrigin::matching(|origin| origin == "https://shop.example" || origin.ends_with(".shop.example"));
    /// let options = CorsOptions::default().origin(origin);
    /// # let _ = options;
    /// ```
    #[must_use]
    pub fn matching(accepts: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        Self::Matching(Arc::new(accepts))
    }

    /// What an origin is told; none if it may not read.
    pub(super) fn answer(&self, asking: Option<&HeaderValue>) -> Option<HeaderValue> {
        match self {
            Self::Any => Some(HeaderValue::from_static("*")),
            Self::Off => None,
            Self::Reflect => asking.cloned(),
            // Checked when the options were made.
            Self::Exact(origin) => HeaderValue::try_from(origin).ok(),
            Self::List(origins) => {
                asking.filter(|asking| origins.iter().any(|origin| origin.as_bytes() == asking.as_bytes())).cloned()
            }
            Self::Matching(accepts) => {
                asking.filter(|asking| asking.to_str().is_ok_and(|origin| accepts(origin))).cloned()
            }
        }
    }

    /// Whether the answer depends on who asks, or might as far as caches know.
    pub(super) fn varies(&self) -> bool {
        !matches!(self, Self::Any | Self::Off)
    }

    pub(super) fn mistakes(&self) -> Vec<String> {
        let origins: &[String] = match self {
            Self::Exact(origin) => std::slice::from_ref(origin),
            Self::List(origins) => origins,
            Self::Any | Self::Off | Self::Reflect | Self::Matching(_) => &[],
        };
        let wrong = |origin: &&String| {
            let is_origin =
                origin.as_str() == "null" || origin.split_once("://").is_some_and(|(_, rest)| !rest.contains('/'));
            !is_origin || HeaderValue::try_from(origin.as_str()).is_err()
        };
        let said = |origin: &String| {
            format!("`{origin}` is no origin: write scheme, host and port, such as `https://a.example`")
        };
        origins.iter().filter(wrong).map(said).collect()
    }
}

impl From<bool> for CorsOrigin {
    fn from(reflect: bool) -> Self {
        if reflect { Self::Reflect } else { Self::Off }
    }
}

impl From<&str> for CorsOrigin {
    fn from(origin: &str) -> Self {
        if origin == "*" { Self::Any } else { Self::Exact(origin.to_owned()) }
    }
}

impl From<String> for CorsOrigin {
    fn from(origin: String) -> Self {
        Self::from(origin.as_str())
    }
}

impl<T: Into<String>, const N: usize> From<[T; N]> for CorsOrigin {
    fn from(origins: [T; N]) -> Self {
        Self::List(origins.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<String>> From<Vec<T>> for CorsOrigin {
    fn from(origins: Vec<T>) -> Self {
        Self::List(origins.into_iter().map(Into::into).collect())
    }
}

impl fmt::Debug for CorsOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("Any"),
            Self::Off => f.write_str("Off"),
            Self::Reflect => f.write_str("Reflect"),
            Self::Exact(origin) => f.debug_tuple("Exact").field(origin).finish(),
            Self::List(origins) => f.debug_tuple("List").field(origins).finish(),
            Self::Matching(_) => f.write_str("Matching"),
        }
    }
}
