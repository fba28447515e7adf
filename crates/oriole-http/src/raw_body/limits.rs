//! Which kinds of bodies are known, and how large they may be.

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use std::sync::Arc;

/// The bounds of bodies: one for all, and those of kinds that have their own.
#[derive(Clone, Debug)]
pub(crate) struct BodyLimits {
    pub(crate) all: usize,
    kinds: Arc<[Kind]>,
}

#[derive(Clone, Debug)]
struct Kind {
    /// `application/xml`, or `text/*`.
    mime: String,
    bytes_max: Option<usize>,
}

impl BodyLimits {
    /// Nest's parsers: JSON and forms (`RAW.3`).
    pub(crate) fn new(all: usize) -> Self {
        let kind = |mime: &str| Kind { mime: mime.to_owned(), bytes_max: None };
        Self { all, kinds: [kind("application/json"), kind("application/x-www-form-urlencoded")].into() }
    }

    /// Adds a kind, or changes one; says what is wrong with its name.
    pub(crate) fn add(&mut self, mime: &str, bytes_max: Option<usize>) -> Result<(), String> {
        let mime = mime.trim().to_ascii_lowercase();
        let is_name = |name: &str| !name.is_empty() && !name.contains(['/', ';', ',', ' ']);
        if !mime.split_once('/').is_some_and(|(family, subtype)| is_name(family) && is_name(subtype)) {
            return Err(format!("`{mime}` is no type of a body: write such as `application/xml` or `text/*`"));
        }
        let others = self.kinds.iter().filter(|kind| kind.mime != mime).cloned();
        // The latest first, so that a single type goes before its family.
        self.kinds = std::iter::once(Kind { mime: mime.clone(), bytes_max }).chain(others).collect();
        Ok(())
    }

    /// The bound of a request's body; its kind is looked for only where one has a bound of its own.
    pub(crate) fn of(&self, headers: &HeaderMap) -> usize {
        if self.kinds.iter().all(|kind| kind.bytes_max.is_none()) {
            return self.all;
        }
        self.kind(headers).and_then(|kind| kind.bytes_max).unwrap_or(self.all)
    }

    /// Whether somebody registered the kind of a request's body.
    pub(crate) fn is_known(&self, headers: &HeaderMap) -> bool {
        self.kind(headers).is_some()
    }

    fn kind(&self, headers: &HeaderMap) -> Option<&Kind> {
        let given = headers.get(CONTENT_TYPE)?.to_str().ok()?;
        let given = given.split(';').next().unwrap_or_default().trim();
        let find = |matches: &dyn Fn(&str) -> bool| self.kinds.iter().find(|kind| matches(&kind.mime));
        find(&|mime| mime.eq_ignore_ascii_case(given)).or_else(|| find(&|mime| covers(mime, given)))
    }
}

/// `text/*` covers every text, and JSON what is JSON in another's name.
fn covers(mime: &str, given: &str) -> bool {
    let Some((family, subtype)) = given.split_once('/') else { return false };
    match mime.split_once('/') {
        Some((own, "*")) => own.eq_ignore_ascii_case(family),
        Some(("application", "json")) => {
            family.eq_ignore_ascii_case("application") && subtype.to_ascii_lowercase().ends_with("+json")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::BodyLimits;
    use http::HeaderMap;
    use http::header::CONTENT_TYPE;

    #[test]
    fn each_kind_has_its_bound() {
        let mut limits = BodyLimits::new(10);
        limits.add("Text/*", Some(20)).unwrap();
        limits.add("text/csv", Some(30)).unwrap();
        limits.add("application/json", None).unwrap();
        for (kind, bytes_max, is_known) in [
            ("application/json; charset=utf-8", 10, true),
            ("application/problem+json", 10, true),
            ("APPLICATION/x-www-form-urlencoded", 10, true),
            ("text/plain", 20, true),
            ("text/CSV", 30, true),
            ("application/xml", 10, false),
            ("text", 10, false),
            ("", 10, false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, kind.parse().unwrap());
            assert_eq!((limits.of(&headers), limits.is_known(&headers)), (bytes_max, is_known), "{kind}");
        }
        assert!(!limits.is_known(&HeaderMap::new()));
        for wrong in ["json", "/", "a/", "a/b;c", "a/b/c", ""] {
            assert!(limits.add(wrong, None).is_err(), "{wrong}");
        }
    }
}
