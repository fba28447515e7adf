//! What stands where a fault was.

/// Texts that the usual types parse from: a type that refuses all of them hides the faults behind it.
const TEXTS: &[&str] = &[
    "",
    "0",
    "a",
    "1970-01-01",
    "1970-01-01T00:00:00Z",
    "1970-01-01T00:00:00",
    "00:00:00",
    "00000000-0000-0000-0000-000000000000",
    "127.0.0.1",
    "a@example.com",
    "http://example.com/",
];

/// How many stand-ins are tried at one place.
pub(crate) const TRIES_MAX: usize = TEXTS.len() + 4;

/// How deep stand-ins nest; types that contain themselves have no bound of their own.
pub(crate) const DEPTH_MAX: usize = 16;

pub(crate) fn text(attempt: usize) -> &'static str {
    TEXTS[attempt % TEXTS.len()]
}

/// What to give to a type that takes anything.
pub(crate) enum Any {
    Unit,
    Text(&'static str),
    Number(u64),
    Bool,
    Seq,
    Map,
}

pub(crate) fn any(attempt: usize) -> Any {
    match attempt {
        0 => Any::Unit,
        1 => Any::Number(0),
        2 => Any::Bool,
        3 => Any::Seq,
        4 => Any::Map,
        more => Any::Text(text(more - 5)),
    }
}
