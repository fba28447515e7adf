//! What cookies are signed and encrypted with.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use cookie::Key;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::convert::Infallible;
use std::fmt;

/// The secret of signed and private cookies: 32 bytes or more, from a good random generator.
///
/// It is made of a text or of bytes, and never printed.
///
/// # Examples
///
/// ```
/// use oriole_http::cookies::CookieSecret;
///
/// assert!(CookieSecret::try_from("correct horse").is_err());
/// let secret = CookieSecret::try_from("9f2c1e0b7a6d4c3f8e5b2a1d0c9f8e7b")?;
/// assert_eq!(format!("{secret:?}"), "CookieSecret(..)");
/// # Ok::<(), oriole_http::cookies::CookieSecretError>(())
/// ```
#[derive(Clone)]
pub struct CookieSecret {
    /// Derived, for what is not Express's.
    key: Key,
    /// Keyed with the secret itself, as Express does it.
    mac: Hmac<Sha256>,
}

/// A shorter secret can be guessed.
pub(super) const SECRET_BYTES_MIN: usize = 32;

/// Why a secret is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CookieSecretError {
    bytes: usize,
}

impl fmt::Display for CookieSecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a cookie secret has at least {SECRET_BYTES_MIN} bytes, this one has {}", self.bytes)
    }
}

impl std::error::Error for CookieSecretError {}

impl From<Infallible> for CookieSecretError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// What a signed value begins with (cookie-parser 1.4, `signedCookie`).
pub(super) const SIGNED: &str = "s:";

impl CookieSecret {
    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    /// `s:value.signature`, as cookie-signature 1.2 writes it: HMAC-SHA256 in base64, without padding.
    pub(super) fn sign(&self, value: &str) -> String {
        let digest = self.mac.clone().chain_update(value).finalize().into_bytes();
        format!("{SIGNED}{value}.{}", STANDARD_NO_PAD.encode(digest))
    }

    /// The value of what `sign` made; compares in constant time.
    pub(super) fn unsign<'a>(&self, signed: &'a str) -> Option<&'a str> {
        let (value, signature) = signed.strip_prefix(SIGNED)?.rsplit_once('.')?;
        let signature = STANDARD_NO_PAD.decode(signature).ok()?;
        self.mac.clone().chain_update(value).verify_slice(&signature).ok().map(|()| value)
    }
}

impl TryFrom<&[u8]> for CookieSecret {
    type Error = CookieSecretError;

    fn try_from(secret: &[u8]) -> Result<Self, CookieSecretError> {
        let too_short = CookieSecretError { bytes: secret.len() };
        if secret.len() < SECRET_BYTES_MIN {
            return Err(too_short);
        }
        // A key of HMAC has any length.
        let mac = Hmac::new_from_slice(secret).map_err(|_| too_short)?;
        Ok(Self { key: Key::derive_from(secret), mac })
    }
}

impl TryFrom<&str> for CookieSecret {
    type Error = CookieSecretError;

    fn try_from(secret: &str) -> Result<Self, CookieSecretError> {
        Self::try_from(secret.as_bytes())
    }
}

impl TryFrom<String> for CookieSecret {
    type Error = CookieSecretError;

    fn try_from(secret: String) -> Result<Self, CookieSecretError> {
        Self::try_from(secret.as_bytes())
    }
}

impl fmt::Debug for CookieSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CookieSecret(..)")
    }
}
