//! Hosts that controllers ask for, and what stands for their parameters.

use crate::HttpException;
use crate::collect::{How, Tree};
use axum::extract::FromRequestParts;
use http::header::HOST;
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

/// The parameters of the host that a controller asks for: `acme` of `acme.example.com` for
/// `#[controller(host = "{account}.example.com")]` (`CTL.16`).
///
/// They are read as those of a path: one value, a tuple by position, or a struct by name. A value that is not of its type
/// is answered 400. In a controller that asks for no host it is answered 500, since nothing can be read.
///
/// # Examples
///
/// ```
/// use oriole::axum::body::{Body, to_bytes};
/// use oriole::prelude::*;
/// use oriole::HostParams;
/// use tower::ServiceExt;
///
/// #[injectable]
/// struct Accounts;
///
/// #[controller(host = "{account}.example.com")]
/// impl Accounts {
///     #[get]
///     fn root(&self, HostParams(account): HostParams<String>) -> String { account }
/// }
///
/// #[module(controllers = [Accounts])]
/// struct App;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let service = Oriole::create::<App>().await?.into_service().await?;
/// let request = oriole::http::Request::get("/").header("host", "acme.example.com:3000").body(Body::empty())?;
/// let response = service.oneshot(request).await?;
/// assert_eq!(to_bytes(response.into_body(), 1024).await?, "acme");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostParams<T>(pub T);

/// Beyond this one fault nothing is read.
const FAULTS_MAX: usize = 1;

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for HostParams<T> {
    type Rejection = HttpException;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, HttpException> {
        let Some(Found(found)) = parts.extensions.get::<Found>() else {
            return Err(HttpException::internal("the controller asks for no host, so there are no parameters of one"));
        };
        let tree = found.iter().map(|(name, value)| ((*name).to_owned(), Value::String(value.clone()))).collect();
        let names = found.iter().map(|(name, _)| (*name).to_owned()).collect();
        let how = How { from_text: true, forbid_unknown: false, faults_max: FAULTS_MAX };
        let collected = Tree::Texts(Value::Object(tree), Some(names)).read::<T>(how)?;
        match (collected.faults.first(), collected.value) {
            (None, Some(value)) => Ok(Self(value)),
            (Some(fault), _) => Err(HttpException::bad_request(fault.message())),
            (None, None) => Err(HttpException::bad_request("the host does not fit")),
        }
    }
}

/// The values of a host's parameters.
#[derive(Clone, Debug)]
pub(super) struct Found(Arc<[(&'static str, String)]>);

/// A host that a controller asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct HostPattern {
    text: &'static str,
    labels: Vec<Label>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Label {
    Text(String),
    Parameter(&'static str),
}

impl HostPattern {
    /// Of a text that the macro has checked: a label is a text, or `{name}` as a whole.
    pub(super) fn new(text: &'static str) -> Self {
        let labels =
            text.split('.').map(|label| match label.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                Some(name) => Label::Parameter(name),
                None => Label::Text(label.to_ascii_lowercase()),
            });
        Self { text, labels: labels.collect() }
    }

    /// The pattern with the names of its parameters left out.
    pub(super) fn blank(&self) -> String {
        let labels = self.labels.iter().map(|label| match label {
            Label::Text(text) => text.as_str(),
            Label::Parameter(_) => "{}",
        });
        labels.collect::<Vec<_>>().join(".")
    }

    /// Texts before parameters, from the right, where hosts are told apart first.
    pub(super) fn rank(&self) -> (usize, Vec<bool>, &'static str) {
        let is_parameter = |label: &Label| matches!(label, Label::Parameter(_));
        let parameters: Vec<_> = self.labels.iter().rev().map(is_parameter).collect();
        (parameters.iter().filter(|&&is| is).count(), parameters, self.text)
    }

    /// Whether a host is one of these.
    pub(crate) fn covers(&self, host: &str) -> bool {
        let mut labels = host.split('.');
        self.labels.iter().all(|expected| match (expected, labels.next()) {
            (_, None) => false,
            (Label::Text(text), Some(label)) => label.eq_ignore_ascii_case(text),
            (Label::Parameter(_), Some(label)) => !label.is_empty(),
        }) && labels.next().is_none()
    }

    /// What stands for the parameters in a host that is one of these.
    pub(super) fn read(&self, host: &str) -> Found {
        let pairs = self.labels.iter().zip(host.split('.')).filter_map(|(label, value)| match label {
            Label::Parameter(name) => Some((*name, value.to_owned())),
            Label::Text(_) => None,
        });
        Found(pairs.collect())
    }
}

/// The host that a request is for, without its port: that of the URI, or of `Host`.
pub(crate) fn host_of(parts: &Parts) -> Option<&str> {
    if let Some(host) = parts.uri.host() {
        return Some(host);
    }
    let host = parts.headers.get(HOST)?.to_str().ok()?;
    // A colon within brackets belongs to an address of IPv6.
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => Some(name),
        _ => Some(host),
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::{HostPattern, host_of};

    #[test]
    fn hosts_are_covered_label_by_label() {
        for (pattern, host, expected) in [
            ("example.com", "example.com", true),
            ("Example.com", "eXample.COM", true),
            ("example.com", "a.example.com", false),
            ("{a}.example.com", "x.example.com", true),
            ("{a}.example.com", "example.com", false),
            ("{a}.example.com", ".example.com", false),
            ("{a}.example.com", "x.y.example.com", false),
            ("{a}.{b}", "x.y", true),
            ("{a}", "", false),
        ] {
            assert_eq!(HostPattern::new(pattern).covers(host), expected, "{pattern} {host}");
        }
    }

    #[test]
    fn a_host_has_no_port() {
        for (uri, header, expected) in [
            ("/", "example.com:3000", Some("example.com")),
            ("/", "example.com", Some("example.com")),
            ("/", "[::1]:80", Some("[::1]")),
            ("/", "[::1]", Some("[::1]")),
            ("http://a.example.com:80/", "other", Some("a.example.com")),
        ] {
            let request = http::Request::get(uri).header("host", header).body(()).expect("a request");
            assert_eq!(host_of(&request.into_parts().0), expected, "{uri} {header}");
        }
        assert_eq!(host_of(&http::Request::new(()).into_parts().0), None);
    }

    #[test]
    fn texts_come_before_parameters() {
        let mut patterns = ["{a}.{b}", "{a}.com", "a.{b}", "a.com"].map(HostPattern::new);
        patterns.sort_by_key(HostPattern::rank);
        assert_eq!(patterns.map(|pattern| pattern.text), ["a.com", "{a}.com", "a.{b}", "{a}.{b}"]);
    }
}
