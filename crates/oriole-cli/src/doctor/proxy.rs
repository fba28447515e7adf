//! Who answers, and how it is mended.

use super::hop::Hop;

/// A proxy that is known by what it says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proxy {
    Nginx,
    Caddy,
    Apache,
    HaProxy,
    Envoy,
    Cloudflare,
    CloudFront,
    Alb,
}

/// What can be wrong with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ailment {
    Buffers,
    Compresses,
    CutsIdle,
    CutsAll,
}

impl Proxy {
    const ALL: [Self; 8] = [
        Self::Nginx,
        Self::Caddy,
        Self::Apache,
        Self::HaProxy,
        Self::Envoy,
        Self::Cloudflare,
        Self::CloudFront,
        Self::Alb,
    ];

    /// Finds out who answers at an address: by the head of the answer, and by what reached the service from here but not
    /// from the next address inward.
    pub(super) fn of(hop: &Hop, inner: Option<&Hop>) -> Option<Self> {
        let head = hop.plain.head.as_ref()?;
        let said = |name: &str| head.header(name).unwrap_or_default().to_ascii_lowercase();
        let same = |name: &str| {
            let inner = inner.and_then(|inner| inner.plain.head.as_ref());
            inner.is_some_and(|inner| head.header(name).is_some() && inner.header(name) == head.header(name))
        };
        let server = if same("server") { String::new() } else { said("server") };
        let via = if same("via") { String::new() } else { said("via") };
        let by_name = [
            ("nginx", Self::Nginx),
            ("openresty", Self::Nginx),
            ("caddy", Self::Caddy),
            ("apache", Self::Apache),
            ("haproxy", Self::HaProxy),
            ("envoy", Self::Envoy),
            ("cloudflare", Self::Cloudflare),
            ("cloudfront", Self::CloudFront),
            ("awselb", Self::Alb),
        ];
        let named = by_name.iter().find(|(name, _)| server.contains(name) || via.contains(name));
        let marks = |hop: &Hop| hop.plain.request.as_ref().map(|request| request.marks.clone()).unwrap_or_default();
        let inner_marks = inner.map(marks).unwrap_or_default();
        let by_mark = [
            ("cf-ray", Self::Cloudflare),
            ("x-amz-cf-id", Self::CloudFront),
            ("x-amzn-trace-id", Self::Alb),
            ("x-envoy-expected-rq-timeout-ms", Self::Envoy),
        ];
        let own_marks: Vec<_> = marks(hop).into_iter().filter(|mark| !inner_marks.contains(mark)).collect();
        let marked = by_mark.iter().find(|(mark, _)| own_marks.iter().any(|own| own == mark));
        named.map(|(_, proxy)| *proxy).or(marked.map(|(_, proxy)| *proxy))
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Caddy => "Caddy",
            Self::Apache => "Apache",
            Self::HaProxy => "HAProxy",
            Self::Envoy => "Envoy",
            Self::Cloudflare => "Cloudflare",
            Self::CloudFront => "CloudFront",
            Self::Alb => "AWS Application Load Balancer",
        }
    }

    /// The setting that mends it.
    pub(super) fn remedy(self, ailment: Ailment) -> &'static str {
        use Ailment::{Buffers, Compresses, CutsAll, CutsIdle};
        match (self, ailment) {
            (Self::Nginx, Buffers) => {
                "`proxy_buffering off;` in the location; or take away `proxy_ignore_headers X-Accel-Buffering`, so that the \
                 service's own header counts"
            }
            (Self::Nginx, Compresses) => "`gzip off;` in the location, or take `text/event-stream` out of `gzip_types`",
            (Self::Nginx, CutsIdle) => "`proxy_read_timeout 1h;` in the location (60s by default)",
            (Self::Nginx, CutsAll) => "look for `worker_shutdown_timeout` (reloads cut what is open) and for `limit_conn`",
            (Self::Caddy, Buffers) => {
                "`flush_interval -1` in `reverse_proxy`, and no `response_buffers`; `encode` in an old version holds events too"
            }
            (Self::Caddy, Compresses) => "`encode` with a `match` that leaves out `header Content-Type text/event-stream*`",
            (Self::Caddy, CutsIdle) => "`transport http { read_timeout 0 }` in `reverse_proxy`",
            (Self::Caddy, CutsAll) => "`servers { timeouts { write 0 } }` in the global options",
            (Self::Apache, Buffers) => "`flushpackets=on` in `ProxyPass`",
            (Self::Apache, Compresses) => "`SetEnvIf Request_URI /your/path no-gzip=1`",
            (Self::Apache, CutsIdle) => "`timeout=3600` in `ProxyPass`, or `ProxyTimeout 3600`",
            (Self::Apache, CutsAll) => "look for `mod_reqtimeout` and for graceful restarts",
            (Self::HaProxy, Buffers) => "`option http-no-delay`, and no `option http-buffer-request`",
            (Self::HaProxy, Compresses) => "take `text/event-stream` out of `compression type`",
            (Self::HaProxy, CutsIdle) => "`timeout server 1h` and `timeout client 1h`",
            (Self::HaProxy, CutsAll) => "`timeout tunnel` and `hard-stop-after`: look whether they are shorter",
            (Self::Envoy, Buffers) => "take the buffer filter off this route",
            (Self::Envoy, Compresses) => "leave `text/event-stream` out of the compressor's `content_type`",
            (Self::Envoy, CutsIdle) => "`stream_idle_timeout: 0s`, or `idle_timeout` of the route (5 min by default)",
            (Self::Envoy, CutsAll) => "`timeout: 0s` of the route (15 s by default), and no `max_stream_duration`",
            (Self::Cloudflare, Buffers) => "turn Response Buffering off, and whatever rewrites bodies on this path",
            (Self::Cloudflare, Compresses) => {
                "let `Cache-Control: no-transform` of the service through, or a compression rule that turns it off on this path"
            }
            (Self::Cloudflare, CutsIdle) => {
                "a heartbeat below its limit of 100 s; the limit itself (Proxy Read Timeout) is changed in Enterprise plans only"
            }
            (Self::Cloudflare, CutsAll) => "nothing to set: clients come back, and resume",
            (Self::CloudFront, Buffers) => "no function that reads bodies on this path",
            (Self::CloudFront, Compresses) => "`Compress objects automatically: No` in the behaviour of this path",
            (Self::CloudFront, CutsIdle) => "a longer origin response timeout (30 s by default), and a heartbeat below it",
            (Self::CloudFront, CutsAll) => "a longer response completion timeout of the origin",
            (Self::Alb, Buffers) => "look at the targets: the load balancer itself does not",
            (Self::Alb, Compresses) => "look at the targets: the load balancer itself does not",
            (Self::Alb, CutsIdle) => "the attribute `idle_timeout.timeout_seconds` (60 by default, 4000 at most)",
            (Self::Alb, CutsAll) => "the deregistration delay of the target group, during deploys",
        }
    }
}

/// What mends it where it is known who did it, and else where it is not.
pub(super) fn remedies(proxy: Option<Proxy>, ailment: Ailment) -> Vec<String> {
    match proxy {
        Some(proxy) => vec![format!("{}: {}", proxy.name(), proxy.remedy(ailment))],
        None => Proxy::ALL.iter().map(|proxy| format!("{}: {}", proxy.name(), proxy.remedy(ailment))).collect(),
    }
}
