//! UUIDs.

use super::value::parses;
use serde_json::Value;

/// A UUID as text, of one version or, with 0, of any (`PIP.9`, `PIP.18`).
///
/// Any means versions 1 to 8 of the RFC's variant, and the nil and the max UUID. The text stays as the client wrote it;
/// [`as_u128`](Self::as_u128) is what a UUID library takes.
///
/// # Examples
///
/// ```
/// use oriole_http::ParseUuid;
///
/// let id: ParseUuid<4> = "936DA01F-9ABD-4d9d-80C7-02AF85C822A8".parse()?;
/// assert_eq!(id.as_u128() >> 96, 0x936D_A01F);
/// let refused = "936DA01F-9ABD-1d9d-80C7-02AF85C822A8".parse::<ParseUuid<4>>().unwrap_err();
/// assert_eq!(refused.message(), "Validation failed (uuid v 4 is expected)");
/// # Ok::<_, oriole_http::HttpException>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParseUuid<const VERSION: u8 = 0>(String);

parses!(ParseUuid [const VERSION: u8] [VERSION] str);

impl<const VERSION: u8> ParseUuid<VERSION> {
    fn from_value(value: Value) -> Result<Self, String> {
        let Value::String(text) = value else { return Err("The value passed as UUID is not a string".to_owned()) };
        let is_expected = match (number(&text), VERSION) {
            (Some(0 | u128::MAX), 0) => true,
            (Some(number), version) => {
                let given = (number >> 76) & 0xf;
                let is_version = if version == 0 { (1..=8).contains(&given) } else { given == u128::from(version) };
                is_version && (number >> 62) & 0b11 == 0b10
            }
            (None, _) => false,
        };
        match (is_expected, VERSION) {
            (true, _) => Ok(Self(text)),
            (false, 0) => Err("Validation failed (uuid is expected)".to_owned()),
            (false, version) => Err(format!("Validation failed (uuid v {version} is expected)")),
        }
    }

    /// The number.
    #[must_use]
    pub fn as_u128(&self) -> u128 {
        number(&self.0).unwrap_or_default()
    }

    /// The text.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Eight, four, four, four and twelve hexadecimal digits.
fn number(text: &str) -> Option<u128> {
    let is_shaped = text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    if !is_shaped {
        return None;
    }
    u128::from_str_radix(&text.replace('-', ""), 16).ok()
}
