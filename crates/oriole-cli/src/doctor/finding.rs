//! What is wrong.

use serde::Serialize;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Level {
    /// Streams can live with it.
    Note,
    /// It hurts streams.
    Fault,
    /// It could not be looked at.
    Unmeasured,
}

/// One thing that was found out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    pub(super) level: Level,
    /// A word for programs.
    pub(super) code: &'static str,
    /// The address at which it begins.
    pub(super) url: String,
    pub(super) says: String,
    /// What mends it.
    pub(super) remedies: Vec<String>,
}
