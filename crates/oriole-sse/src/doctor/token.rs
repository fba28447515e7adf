//! Who may ask.

use std::error::Error;
use std::fmt;

use subtle::ConstantTimeEq;

/// Is the secret that a [`DoctorProbe`](super::DoctorProbe) and the command share: the route is public, and what it sends
/// costs.
///
/// # Examples
///
/// ```
/// use oriole_sse::DoctorToken;
///
/// assert!(DoctorToken::new("0f4c81c7d1d04a2e9b6f3a55").is_ok());
/// assert!(DoctorToken::new("letmein").is_err());
/// ```
#[derive(Clone)]
pub struct DoctorToken(Box<str>);

/// Says why a text is no [`DoctorToken`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DoctorTokenError {
    /// It has less than [`DoctorToken::BYTES_MIN`] bytes.
    TooShort,
    /// It has a blank, or what no header can carry: anything but visible ASCII.
    NotPlain,
}

impl DoctorToken {
    /// The least length: what 96 bits are in base64.
    pub const BYTES_MIN: usize = 16;

    /// The header that carries the token. It is none that browsers send by themselves, or that proxies look at.
    pub const HEADER: &str = "oriole-doctor-token";

    /// Takes a secret, best one of chance: `openssl rand -hex 16`.
    ///
    /// # Errors
    ///
    /// [`DoctorTokenError::TooShort`] below 16 bytes, [`DoctorTokenError::NotPlain`] for anything but visible ASCII.
    pub fn new(text: impl Into<String>) -> Result<Self, DoctorTokenError> {
        let text = text.into();
        if text.len() < Self::BYTES_MIN {
            return Err(DoctorTokenError::TooShort);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(DoctorTokenError::NotPlain);
        }
        Ok(Self(text.into_boxed_str()))
    }

    /// Shows the secret.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.0
    }

    /// Compares in a time that tells nothing but the length.
    pub(super) fn is(&self, given: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(given).into()
    }
}

/// Shows nothing of the secret.
impl fmt::Debug for DoctorToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DoctorToken").finish_non_exhaustive()
    }
}

impl fmt::Display for DoctorTokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort => write!(f, "a token of the doctor has at least {} bytes", DoctorToken::BYTES_MIN),
            Self::NotPlain => f.write_str("a token of the doctor has visible ASCII characters only"),
        }
    }
}

impl Error for DoctorTokenError {}
