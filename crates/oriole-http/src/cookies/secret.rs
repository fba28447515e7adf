//! What cookies are signed and encrypted with.

use cookie::Key;
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
pub struct CookieSecret(Key);

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

impl CookieSecret {
    pub(crate) fn key(&self) -> Key {
        self.0.clone()
    }
}

impl TryFrom<&[u8]> for CookieSecret {
    type Error = CookieSecretError;

    fn try_from(secret: &[u8]) -> Result<Self, CookieSecretError> {
        if secret.len() < SECRET_BYTES_MIN {
            return Err(CookieSecretError { bytes: secret.len() });
        }
        Ok(Self(Key::derive_from(secret)))
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
