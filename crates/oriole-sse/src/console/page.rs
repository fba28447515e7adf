//! The page: one file, which nothing else belongs to.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::HeaderValue;
use ring::digest::{SHA256, digest};

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/style.css");
const SCRIPT: &str = include_str!("page/script.js");

/// The page, and what it may do.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) html: Bytes,
    pub(super) policy: HeaderValue,
}

impl Page {
    /// Puts style and script into the page, and makes the policy that lets these two in and nothing else.
    pub(super) fn new() -> Self {
        let html = PAGE.replace("/*style*/", STYLE).replace("/*script*/", SCRIPT);
        let (style, script) = (hash(STYLE), hash(SCRIPT));
        // What an event says is never markup: there is no way to make markup of a text (trusted types without a policy).
        let policy = format!(
            "default-src 'none'; script-src '{script}'; style-src '{style}'; connect-src 'self'; img-src data:; \
             base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
             require-trusted-types-for 'script'; trusted-types 'none'"
        );
        // It is ASCII.
        let policy = HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
        Self { html: html.into(), policy }
    }
}

/// A source of the policy (CSP level 3, section 2.3.1).
fn hash(text: &str) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(digest(&SHA256, text.as_bytes())))
}
