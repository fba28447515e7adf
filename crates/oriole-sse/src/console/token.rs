//! The secret in the console's link.

use std::error::Error;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom, SystemRandom};
use subtle::ConstantTimeEq;

/// Is the secret in the link to a [`Console`](super::Console): whoever has it may see and press everything.
///
/// A console draws one of chance when it is made, and says it in its [link](super::Console::link) alone. Give it one of your own
/// ([`ConsoleOptions::token`](super::ConsoleOptions::token)) for a test, or to keep a bookmark over restarts.
///
/// # Examples
///
/// ```
/// use oriole_sse::ConsoleToken;
///
/// assert!(ConsoleToken::new("0f4c81c7d1d04a2e9b6f3a55").is_ok());
/// assert!(ConsoleToken::new("letmein").is_err());
/// ```
#[derive(Clone)]
pub struct ConsoleToken(Box<str>);

/// Says why a text is no [`ConsoleToken`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConsoleTokenError {
    /// It has less than [`ConsoleToken::BYTES_MIN`] bytes.
    TooShort,
    /// It has something else than ASCII letters, digits, `-`, `.`, `_` and `~`, which a link says as they are.
    NotPlain,
}

impl ConsoleToken {
    /// The least length: what 96 bits are in base64.
    pub const BYTES_MIN: usize = 16;

    /// The header that carries the token. A page of another origin cannot send it without being asked first, and is refused.
    pub const HEADER: &str = "oriole-console-token";

    /// Takes a secret, best one of chance: `openssl rand -hex 16`.
    ///
    /// # Errors
    ///
    /// [`ConsoleTokenError::TooShort`] below 16 bytes, [`ConsoleTokenError::NotPlain`] for what a link cannot say as it is.
    pub fn new(text: impl Into<String>) -> Result<Self, ConsoleTokenError> {
        let text = text.into();
        if text.len() < Self::BYTES_MIN {
            return Err(ConsoleTokenError::TooShort);
        }
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if !text.bytes().all(is_plain) {
            return Err(ConsoleTokenError::NotPlain);
        }
        Ok(Self(text.into_boxed_str()))
    }

    /// Draws one of 192 bits; `None` if the system has no random bytes.
    pub(super) fn draw() -> Option<Self> {
        let mut secret = [0; 24];
        SystemRandom::new().fill(&mut secret).ok()?;
        Some(Self(URL_SAFE_NO_PAD.encode(secret).into_boxed_str()))
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
impl fmt::Debug for ConsoleToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsoleToken").finish_non_exhaustive()
    }
}

impl fmt::Display for ConsoleTokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort => write!(f, "a token of the console has at least {} bytes", ConsoleToken::BYTES_MIN),
            Self::NotPlain => {
                f.write_str("a token of the console has ASCII letters, digits, `-`, `.`, `_` and `~` only")
            }
        }
    }
}

impl Error for ConsoleTokenError {}

#[cfg(test)]
mod tests {
    use super::{ConsoleToken, ConsoleTokenError};

    #[test]
    fn a_token_is_long_and_plain() {
        let of = |text: &str| ConsoleToken::new(text).map(|token| token.secret().to_owned());
        assert_eq!(of("abcdefgh-._~0123"), Ok("abcdefgh-._~0123".into()));
        assert_eq!(of("abcdefgh-._~012"), Err(ConsoleTokenError::TooShort));
        for odd in ["#", "&", "%", " ", "\n", "ä"] {
            assert_eq!(of(&format!("abcdefgh-._~0123{odd}")), Err(ConsoleTokenError::NotPlain), "{odd:?}");
        }
    }

    #[test]
    fn only_the_same_token_is_the_same() {
        let (one, other) = (ConsoleToken::draw().expect("random bytes"), ConsoleToken::draw().expect("random bytes"));
        assert_eq!((one.secret().len(), ConsoleToken::new(one.secret()).is_ok()), (32, true));
        assert!(one.is(one.secret().as_bytes()) && !one.is(other.secret().as_bytes()));
        assert!(
            !one.is(b"") && !one.is(&one.secret().as_bytes()[1..]) && !one.is(format!("{}A", one.secret()).as_bytes())
        );
        assert!(!format!("{one:?}").contains(one.secret()));
    }
}
