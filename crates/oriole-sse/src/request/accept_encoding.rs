//! What a client says of encodings (RFC 9110, section 12.5.3).

use http::HeaderMap;
use http::header::ACCEPT_ENCODING;

/// How much a client likes the first of these that it names, in thousandths; `None` if it names none of them.
#[doc(hidden)]
#[must_use]
pub fn encoding_weight(headers: &HeaderMap, names: &[&str]) -> Option<u16> {
    let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).find_map(|part| {
        let mut pieces = part.split(';').map(str::trim);
        let given = pieces.next()?;
        let is_it = names.iter().any(|name| given.eq_ignore_ascii_case(name));
        is_it.then(|| pieces.find_map(quality).unwrap_or(1000))
    })
}

/// `q=0.5` as 500; three digits are allowed.
fn quality(parameter: &str) -> Option<u16> {
    let text = parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q="))?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let fraction: u16 = format!("{fraction:0<3}").parse().ok()?;
    let whole: u16 = whole.parse().ok().filter(|whole| *whole <= 1)?;
    Some((whole * 1000 + fraction).min(1000))
}
