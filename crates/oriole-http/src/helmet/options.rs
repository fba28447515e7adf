//! The headers, each with its default.

use super::ContentSecurityPolicy;
use super::layer::Header;
use http::{HeaderName, HeaderValue};
use std::borrow::Cow;

/// Which headers are sent, and what they say.
///
/// Each can be changed, or turned off with `None`.
///
/// # Examples
///
/// ```
/// use oriole_http::{ContentSecurityPolicy, HelmetOptions};
///
/// let policy = ContentSecurityPolicy::default().directive("img-src", ["'self'", "https://images.example"]);
/// let options = HelmetOptions::default()
///     .content_security_policy(policy)
///     .x_frame_options("DENY")
///     .strict_transport_security(None);
/// # let _ = options;
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct HelmetOptions {
    policy: Option<ContentSecurityPolicy>,
    plain: [Option<Cow<'static, str>>; PLAIN.len()],
    removes_powered_by: bool,
}

macro_rules! plain {
    ($($at:literal $method:ident $name:literal $default:expr, $what:literal;)*) => {
        /// Names and defaults, which are those of helmet 8.3 (`middlewares/*/index.ts` there).
        const PLAIN: [(&str, Option<&str>); [$($name),*].len()] = [$(($name, $default)),*];

        impl HelmetOptions {
            $(
                #[doc = $what]
                pub fn $method<'v>(mut self, value: impl Into<Option<&'v str>>) -> Self {
                    self.plain[$at] = value.into().map(|value| Cow::Owned(value.to_owned()));
                    self
                }
            )*
        }
    };
}

plain! {
    0 cross_origin_embedder_policy "cross-origin-embedder-policy" None,
        "`Cross-Origin-Embedder-Policy`; not sent by default, since it breaks pages with images of other sites.";
    1 cross_origin_opener_policy "cross-origin-opener-policy" Some("same-origin"),
        "`Cross-Origin-Opener-Policy`; `same-origin` by default.";
    2 cross_origin_resource_policy "cross-origin-resource-policy" Some("same-origin"),
        "`Cross-Origin-Resource-Policy`; `same-origin` by default. Answers to requests without CORS are kept from other origins' pages.";
    3 origin_agent_cluster "origin-agent-cluster" Some("?1"),
        "`Origin-Agent-Cluster`; `?1` by default.";
    4 referrer_policy "referrer-policy" Some("no-referrer"),
        "`Referrer-Policy`; `no-referrer` by default.";
    5 strict_transport_security "strict-transport-security" Some("max-age=31536000; includeSubDomains"),
        "`Strict-Transport-Security`; a year with subdomains by default. Browsers heed it over HTTPS only.";
    6 x_content_type_options "x-content-type-options" Some("nosniff"),
        "`X-Content-Type-Options`; `nosniff` by default.";
    7 x_dns_prefetch_control "x-dns-prefetch-control" Some("off"),
        "`X-DNS-Prefetch-Control`; `off` by default.";
    8 x_download_options "x-download-options" Some("noopen"),
        "`X-Download-Options`; `noopen` by default.";
    9 x_frame_options "x-frame-options" Some("SAMEORIGIN"),
        "`X-Frame-Options`; `SAMEORIGIN` by default.";
    10 x_permitted_cross_domain_policies "x-permitted-cross-domain-policies" Some("none"),
        "`X-Permitted-Cross-Domain-Policies`; `none` by default.";
    11 x_xss_protection "x-xss-protection" Some("0"),
        "`X-XSS-Protection`; `0` by default, since the filter it ruled did harm.";
}

impl Default for HelmetOptions {
    fn default() -> Self {
        Self {
            policy: Some(ContentSecurityPolicy::default()),
            plain: PLAIN.map(|(_, value)| value.map(Cow::Borrowed)),
            removes_powered_by: true,
        }
    }
}

impl HelmetOptions {
    /// `Content-Security-Policy`; helmet's policy by default, `None` sends none (`HLM.4`).
    pub fn content_security_policy(mut self, policy: impl Into<Option<ContentSecurityPolicy>>) -> Self {
        self.policy = policy.into();
        self
    }

    /// Whether `X-Powered-By` is taken off answers; on by default. Nothing else is taken off.
    pub fn hide_powered_by(mut self, on: bool) -> Self {
        self.removes_powered_by = on;
        self
    }

    pub(super) fn headers(self) -> (Vec<Header>, Vec<String>) {
        let (mut headers, mut mistakes) = (Vec::new(), Vec::new());
        let policy = self.policy.map(|policy| {
            mistakes.extend(policy.mistakes());
            (policy.name(), Cow::from(policy.to_string()))
        });
        let plain = PLAIN.iter().zip(self.plain).filter_map(|((name, _), value)| Some((*name, value?)));
        for (name, value) in policy.into_iter().chain(plain) {
            match HeaderValue::try_from(value.as_ref()) {
                Ok(value) => headers.push((HeaderName::from_static(name), Some(value))),
                Err(_) => mistakes.push(format!("`{name}: {value}` is no header that a reply can have")),
            }
        }
        if self.removes_powered_by {
            headers.push((HeaderName::from_static("x-powered-by"), None));
        }
        (headers, mistakes)
    }
}
