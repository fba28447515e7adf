//! Paths as files, look-ups and problems write them: `database.pool.max`.

/// The keys of a path; none of the empty one.
pub(crate) fn keys(path: &str) -> impl Iterator<Item = &str> {
    path.split('.').filter(|key| !key.is_empty())
}

/// One path below another; either may be empty.
pub(crate) fn joined(above: &str, below: &str) -> String {
    let dot = if above.is_empty() || below.is_empty() { "" } else { "." };
    format!("{above}{dot}{below}")
}
