//! Encodings, and the choice among them.

use http::HeaderMap;
use oriole_sse::encoding_weight;

/// How a body is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// Brotli.
    #[cfg(feature = "compression-br")]
    Br,
    /// Zstandard.
    #[cfg(feature = "compression-zstd")]
    Zstd,
    /// gzip.
    Gzip,
    /// deflate, in zlib's wrapping.
    Deflate,
}

impl Encoding {
    pub(super) fn name(self) -> &'static str {
        match self {
            #[cfg(feature = "compression-br")]
            Self::Br => "br",
            #[cfg(feature = "compression-zstd")]
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
        }
    }

    /// The first of ours among those that the client likes best.
    pub(super) fn choose(ours: &[Self], headers: &HeaderMap) -> Option<Self> {
        let mut chosen = None;
        let mut best = 0;
        for encoding in ours {
            let weight = weight(headers, encoding.name());
            if weight > best {
                (chosen, best) = (Some(*encoding), weight);
            }
        }
        chosen.filter(|_| best >= encoding_weight(headers, &["identity"]).unwrap_or(0))
    }
}

/// How much a client likes an encoding, in thousandths.
fn weight(headers: &HeaderMap, name: &str) -> u16 {
    let names: &[&str] = if name == "gzip" { &["gzip", "x-gzip"] } else { &[name] };
    encoding_weight(headers, names).or_else(|| encoding_weight(headers, &["*"])).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Encoding, HeaderMap};
    use http::HeaderValue;
    use http::header::ACCEPT_ENCODING;

    fn check(accept: &'static str, expected: Option<Encoding>) {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(accept));
        assert_eq!(Encoding::choose(&[Encoding::Gzip, Encoding::Deflate], &headers), expected, "{accept}");
    }

    #[test]
    fn the_client_likes_and_we_prefer() {
        check("gzip, deflate", Some(Encoding::Gzip));
        check("deflate, gzip", Some(Encoding::Gzip));
        check("deflate, gzip;q=0.9", Some(Encoding::Deflate));
        check("x-gzip", Some(Encoding::Gzip));
        check("GZIP ; q=0.001", Some(Encoding::Gzip));
        check("*", Some(Encoding::Gzip));
        check("*, gzip;q=0", Some(Encoding::Deflate));
        check("gzip;q=0", None);
        check("gzip;Q=0", None);
        check("gzip;q=0.5, identity", None);
        check("snappy", None);
        check("", None);
        check("gzip;q=7", Some(Encoding::Gzip));
    }
}
