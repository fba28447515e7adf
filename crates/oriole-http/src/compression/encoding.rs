//! Encodings, and the choice among them.

use http::HeaderMap;
use http::header::ACCEPT_ENCODING;

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
        chosen.filter(|_| best >= weight_of(headers, "identity").unwrap_or(0))
    }
}

/// How much a client likes an encoding, in thousandths.
fn weight(headers: &HeaderMap, name: &str) -> u16 {
    weight_of(headers, name).or_else(|| weight_of(headers, "*")).unwrap_or(0)
}

fn weight_of(headers: &HeaderMap, name: &str) -> Option<u16> {
    let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).find_map(|part| {
        let mut pieces = part.split(';').map(str::trim);
        let given = pieces.next()?;
        let is_it = given.eq_ignore_ascii_case(name) || (name == "gzip" && given.eq_ignore_ascii_case("x-gzip"));
        is_it.then(|| pieces.find_map(|piece| quality(piece.strip_prefix("q=")?)).unwrap_or(1000))
    })
}

/// `0.5` as 500; RFC 9110 allows three digits.
fn quality(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let fraction: u16 = format!("{fraction:0<3}").parse().ok()?;
    let whole: u16 = whole.parse().ok().filter(|whole| *whole <= 1)?;
    Some((whole * 1000 + fraction).min(1000))
}

#[cfg(test)]
mod tests {
    use super::{ACCEPT_ENCODING, Encoding, HeaderMap};
    use http::HeaderValue;

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
        check("gzip;q=0.5, identity", None);
        check("snappy", None);
        check("", None);
        check("gzip;q=7", Some(Encoding::Gzip));
    }
}
