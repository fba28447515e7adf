//! Who answers, and how it is mended.

use super::hop::Hop;

/// A proxy that is known by what it says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proxy {
    Nginx,
    Caddy,
    Apache,
    Haproxy,
    Envoy,
    Cloudflare,
    CloudFront,
    Alb,
}

/// The headers of an answer by which proxies say who they are.
const SAYING: [&str; 2] = ["server", "via"];

fn says<'h>(hop: &'h Hop, name: &str) -> Option<&'h str> {
    hop.plain.head.as_ref()?.header(name)
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
        Self::Haproxy,
        Self::Envoy,
        Self::Cloudflare,
        Self::CloudFront,
        Self::Alb,
    ];

    /// Finds out who answers at an address: by what its head says and the next one's inward does not, by what reached the
    /// service from here and not from there, and else by the head alone, though it may be passed on.
    pub(super) fn of(hop: &Hop, inner: Option<&Hop>) -> Option<Self> {
        let own = SAYING.iter().find_map(|name| {
            let value = says(hop, name)?;
            (inner.and_then(|inner| says(inner, name)) != Some(value)).then(|| Self::named(value)).flatten()
        });
        let marks = |hop: &Hop| hop.plain.request.as_ref().map(|request| request.marks.clone()).unwrap_or_default();
        let inner_marks = inner.map(marks).unwrap_or_default();
        let own_marks = marks(hop).into_iter().filter(|mark| !inner_marks.contains(mark));
        let marked = || own_marks.into_iter().find_map(|mark| Self::marked(&mark));
        let passed_on = || SAYING.iter().find_map(|name| Self::named(says(hop, name)?));
        own.or_else(marked).or_else(passed_on)
    }

    fn named(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let names = [
            ("nginx", Self::Nginx),
            ("openresty", Self::Nginx),
            ("caddy", Self::Caddy),
            ("apache", Self::Apache),
            ("haproxy", Self::Haproxy),
            ("envoy", Self::Envoy),
            ("cloudflare", Self::Cloudflare),
            ("cloudfront", Self::CloudFront),
            ("awselb", Self::Alb),
        ];
        names.into_iter().find_map(|(name, proxy)| text.contains(name).then_some(proxy))
    }

    /// By a header that it adds to requests.
    fn marked(name: &str) -> Option<Self> {
        match name {
            "cf-ray" => Some(Self::Cloudflare),
            "x-amz-cf-id" => Some(Self::CloudFront),
            "x-amzn-trace-id" => Some(Self::Alb),
            "x-envoy-expected-rq-timeout-ms" => Some(Self::Envoy),
            _ => None,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Caddy => "Caddy",
            Self::Apache => "Apache",
            Self::Haproxy => "HAProxy",
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
            (Self::Nginx, CutsAll) => "`worker_shutdown_timeout`: while it reloads, it cuts what is open for longer",
            (Self::Caddy, Buffers) => {
                "`flush_interval -1` in `reverse_proxy`, and no `response_buffers`; `encode` in an old version holds events too"
            }
            (Self::Caddy, Compresses) => {
                "`encode` by a matcher that leaves the path out: `@rest not path /your/path`, `encode @rest gzip`"
            }
            (Self::Caddy, CutsIdle) => "`transport http { read_timeout 0 }` in `reverse_proxy`",
            (Self::Caddy, CutsAll) => "`servers { timeouts { write 0 } }` in the global options",
            (Self::Apache, Buffers) => "`flushpackets=on` in `ProxyPass`",
            (Self::Apache, Compresses) => "`SetEnvIf Request_URI /your/path no-gzip=1`",
            (Self::Apache, CutsIdle) => "`timeout=3600` in `ProxyPass`, or `ProxyTimeout 3600`",
            (Self::Apache, CutsAll) => "`GracefulShutdownTimeout`: while it restarts, it cuts what is open for longer",
            (Self::Haproxy, Buffers) => "`option http-no-delay`, and no `http-response wait-for-body`",
            (Self::Haproxy, Compresses) => "take `text/event-stream` out of `compression type`",
            (Self::Haproxy, CutsIdle) => "`timeout server 1h` and `timeout client 1h`",
            (Self::Haproxy, CutsAll) => "`hard-stop-after`: while it reloads, it cuts what is open for longer",
            (Self::Envoy, Buffers) => "take the buffer filter off this route",
            (Self::Envoy, Compresses) => "leave `text/event-stream` out of the compressor's `content_type`",
            (Self::Envoy, CutsIdle) => "`stream_idle_timeout: 0s`, or `idle_timeout` of the route (5 min by default)",
            (Self::Envoy, CutsAll) => "`timeout: 0s` of the route (15 s by default), and no `max_stream_duration`",
            (Self::Cloudflare, Buffers) => "turn Response Buffering off, and whatever rewrites bodies on this path",
            (Self::Cloudflare, Compresses) => {
                "let `Cache-Control: no-transform` of the service through, or a compression rule that turns it off on this path"
            }
            (Self::Cloudflare, CutsIdle) => {
                "a heartbeat well below its Proxy Read Timeout, which Enterprise plans alone can change"
            }
            (Self::Cloudflare, CutsAll) => "nothing to set: clients come back, and resume",
            (Self::CloudFront, Buffers) => "no function that reads bodies on this path",
            (Self::CloudFront, Compresses) => "`Compress objects automatically: No` in the behaviour of this path",
            (Self::CloudFront, CutsIdle) => {
                "a longer origin response timeout (30 s by default), and a heartbeat below it"
            }
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
