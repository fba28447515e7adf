//! One request.

use super::Peer;
use super::body::within;
use crate::ClientIp;
use axum::body::Body;
use http::header::{HOST, USER_AGENT};
use http::{Extensions, HeaderMap, Request, Response, Version};
use std::borrow::Cow;
use tracing::Span;
use tracing::field::{Empty, display};
use tracing::level_filters::LevelFilter;

/// The span of a request, for whoever learns its route.
#[derive(Clone)]
pub(crate) struct RequestSpan(pub(crate) Span);

/// The methods that the conventions name; another is `_OTHER`.
const METHODS: [&str; 10] = ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"];

/// Parameters that the conventions want to be hidden: signatures, with which anybody could ask again.
const SECRETS: [&str; 4] = ["AWSAccessKeyId", "Signature", "sig", "X-Goog-Signature"];

/// From the request's head to the end of the answer's body.
///
/// Its own root, and no child of the connection, whose requests have nothing to do with one another; it follows from it.
pub(crate) fn request<B>(request: &Request<B>, peer: Option<&Peer>) -> Span {
    let said = request.method().as_str();
    let method = if METHODS.contains(&said) { said } else { "_OTHER" };
    let addr = peer.and_then(|peer| peer.addr);
    let client = request.extensions().get().map(|ClientIp(ip)| *ip).or(addr.map(|addr| addr.ip()));
    let span = tracing::info_span!(
        target: "oriole::Request",
        parent: None,
        "request",
        otel.name = if method == said { said } else { "HTTP" },
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.request.method_original = (method != said).then_some(said),
        http.route = Empty,
        http.response.status_code = Empty,
        error.r#type = Empty,
        url.path = request.uri().path(),
        url.query = request.uri().query().map(without_secrets).as_deref(),
        url.scheme = request.uri().scheme_str().or(peer.map(|peer| peer.scheme)).unwrap_or("http"),
        server.address = server(request).map(|(host, _)| host),
        server.port = server(request).and_then(|(_, port)| port),
        client.address = client.map(display),
        network.peer.address = addr.map(|addr| display(addr.ip())),
        network.peer.port = addr.map(|addr| addr.port()),
        network.protocol.version = version(request.version()),
        user_agent.original = text(request.headers(), &USER_AGENT),
    );
    if let Some(peer) = peer {
        span.follows_from(&peer.span);
    }
    span
}

/// Tells a request's span which route it has; nothing where there is none.
pub(crate) fn routed(extensions: &Extensions, method: &str, path: &str) {
    if LevelFilter::current() < LevelFilter::INFO {
        return;
    }
    if let Some(RequestSpan(span)) = extensions.get::<RequestSpan>() {
        span.record("http.route", path);
        let name: &str = if METHODS.contains(&method) { method } else { "HTTP" };
        span.record("otel.name", display(format_args!("{name} {path}")));
    }
}

/// Tells a request's span how it was answered, and lets it last as long as the answer.
pub(crate) fn answered(span: &Span, response: &mut Response<Body>) {
    let body = std::mem::take(response.body_mut());
    *response.body_mut() = within(span, body);
    let status = response.status();
    span.record("http.response.status_code", status.as_u16());
    // What the client did wrong is no error of the server's.
    if status.is_server_error() {
        failed(span, status.as_str());
    }
}

pub(super) fn failed(span: &Span, kind: &str) {
    span.record("error.type", kind);
    span.record("otel.status_code", "ERROR");
}

fn version(version: Version) -> &'static str {
    match version {
        Version::HTTP_09 => "0.9",
        Version::HTTP_10 => "1.0",
        Version::HTTP_2 => "2",
        Version::HTTP_3 => "3",
        _ => "1.1",
    }
}

/// Host and port, as the client named them.
fn server<B>(request: &Request<B>) -> Option<(&str, Option<u16>)> {
    let said = match request.uri().authority() {
        Some(authority) => authority.as_str(),
        None => text(request.headers(), &HOST)?,
    };
    let said = said.rsplit_once('@').map_or(said, |(_, host)| host);
    Some(match said.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port.parse().ok()),
        _ => (said, None),
    })
}

fn text<'a>(headers: &'a HeaderMap, name: &http::HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn without_secrets(query: &str) -> Cow<'_, str> {
    let is_secret = |pair: &str| pair.split_once('=').is_some_and(|(name, _)| SECRETS.contains(&name));
    if !query.split('&').any(is_secret) {
        return Cow::Borrowed(query);
    }
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if SECRETS.contains(&name) => Cow::Owned(format!("{name}=REDACTED")),
        _ => Cow::Borrowed(pair),
    });
    Cow::Owned(pairs.collect::<Vec<_>>().join("&"))
}
