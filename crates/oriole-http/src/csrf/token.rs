//! Signed double-submit tokens.

use super::CsrfTokens;
use crate::HttpException;
use crate::cookies::{CookieSecret, Jar};
use axum::extract::FromRequestParts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cookie::{Cookie, Key, SameSite};
use hmac::{Hmac, Mac};
use http::request::Parts;
use http::{Extensions, HeaderMap};
use sha2::Sha256;
use std::fmt;
use std::fmt::Write as _;
use std::sync::Arc;

/// Left with each request, for the extractor.
#[derive(Clone)]
pub(super) struct Issuer {
    pub(super) tokens: Arc<CsrfTokens>,
}

/// The token of a page, as an argument of the handler that serves it.
///
/// # Errors
///
/// 500 if the application has [no tokens](super::CsrfOptions::tokens); the log says so.
///
/// # Examples
///
/// ```
/// use oriole_http::{CsrfToken, HttpException, Json};
///
/// async fn token(csrf: CsrfToken) -> Result<Json<String>, HttpException> {
///     Ok(Json(csrf.issue()?))
/// }
/// # let _ = token;
/// ```
#[derive(Clone)]
pub struct CsrfToken {
    tokens: Arc<CsrfTokens>,
    jar: Jar,
    header: Option<String>,
}

impl CsrfToken {
    /// Makes a token and sets its cookie on the answer; the page sends the token back in the header `x-csrf-token`.
    ///
    /// Make one for each session, and a new one when someone logs in.
    ///
    /// # Errors
    ///
    /// 500 if the system has no randomness, or the application no secret.
    pub fn issue(&self) -> Result<String, HttpException> {
        let key = self
            .jar
            .secrets()
            .first()
            .map(CookieSecret::key)
            .ok_or_else(|| HttpException::internal("tokens need a cookie secret"))?;
        let random = random().ok_or_else(|| HttpException::internal("the system has no randomness"))?;
        let token = sign(key, &session(&self.tokens, &self.jar), &random)
            .ok_or_else(|| HttpException::internal("the secret cannot sign"))?;
        let cookie = Cookie::build((self.tokens.cookie.clone(), token.clone()))
            .path("/")
            .http_only(true)
            .secure(self.tokens.is_secure)
            .same_site(SameSite::Lax);
        self.jar.lock().add(cookie);
        Ok(token)
    }

    /// Checks the request's token, where [`except`](super::CsrfOptions::except) let it through unseen (`CSR.3`).
    ///
    /// # Errors
    ///
    /// 403, `invalid csrf token`.
    pub fn verify(&self) -> Result<(), HttpException> {
        check(&self.tokens, self.header.as_deref(), &self.jar)
    }
}

impl fmt::Debug for CsrfToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CsrfToken").field("tokens", &self.tokens).finish_non_exhaustive()
    }
}

impl<S: Sync> FromRequestParts<S> for CsrfToken {
    type Rejection = HttpException;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, HttpException> {
        let (issuer, jar) = (parts.extensions.get::<Issuer>(), parts.extensions.get::<Jar>());
        let (Some(Issuer { tokens }), Some(jar)) = (issuer, jar) else {
            return Err(HttpException::internal("`CsrfToken` needs `CsrfOptions::tokens(..)`"));
        };
        let header = sent(tokens, &parts.headers);
        Ok(Self { tokens: Arc::clone(tokens), jar: jar.clone(), header })
    }
}

pub(super) fn verify(tokens: &CsrfTokens, headers: &HeaderMap, extensions: &Extensions) -> Result<(), HttpException> {
    let jar = extensions.get::<Jar>().ok_or_else(|| HttpException::internal("tokens need cookies"))?;
    check(tokens, sent(tokens, headers).as_deref(), jar)
}

fn sent(tokens: &CsrfTokens, headers: &HeaderMap) -> Option<String> {
    headers.get(&tokens.header).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// Header and cookie are one, and the application signed it for this session.
fn check(tokens: &CsrfTokens, header: Option<&str>, jar: &Jar) -> Result<(), HttpException> {
    let cookie = jar.lock().get(&tokens.cookie).map(|cookie| cookie.value().to_owned());
    let session = session(tokens, jar);
    let is_valid = match (header, cookie) {
        (Some(header), Some(cookie)) => {
            header == cookie && jar.secrets().iter().any(|secret| is_signed(secret.key(), &session, header))
        }
        _ => false,
    };
    if is_valid {
        return Ok(());
    }
    Err(HttpException::forbidden("invalid csrf token").with_error_code("EBADCSRFTOKEN"))
}

fn session(tokens: &CsrfTokens, jar: &Jar) -> String {
    let session = tokens.session_cookie.as_ref().and_then(|name| Some(jar.lock().get(name)?.value().to_owned()));
    session.unwrap_or_default()
}

/// A digest of 32 bytes in base64.
const DIGEST_CHARS: usize = 43;
const RANDOM_BYTES: usize = 16;

/// 16 bytes in hexadecimal, of the generator that cookie keys are made with.
fn random() -> Option<String> {
    let key = Key::try_generate()?;
    let mut text = String::with_capacity(2 * RANDOM_BYTES);
    for byte in &key.master()[..RANDOM_BYTES] {
        // Writing to a `String` does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    Some(text)
}

/// The digest of session and random part, in characters that need no escape; then the random part, whose length is
/// fixed. Its key signs nothing else: no signed cookie is taken for a token.
fn sign(key: &Key, session: &str, random: &str) -> Option<String> {
    let digest = digest(key, session, random)?.finalize().into_bytes();
    Some(URL_SAFE_NO_PAD.encode(digest) + random)
}

/// Compares in constant time.
fn is_signed(key: &Key, session: &str, token: &str) -> bool {
    let (Some(signature), Some(random)) = (token.get(..DIGEST_CHARS), token.get(DIGEST_CHARS..)) else { return false };
    if random.len() != 2 * RANDOM_BYTES {
        return false;
    }
    let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else { return false };
    digest(key, session, random).is_some_and(|digest| digest.verify_slice(&signature).is_ok())
}

/// HMAC takes keys of any length, so there always is one.
fn digest(key: &Key, session: &str, random: &str) -> Option<Hmac<Sha256>> {
    let mac = Hmac::<Sha256>::new_from_slice(key.signing()).ok()?;
    Some(mac.chain_update(session).chain_update(random))
}

#[cfg(test)]
mod tests {
    use super::{Key, is_signed, random, sign};

    #[test]
    fn a_token_is_good_for_its_session_and_key() {
        let (key, other) = (Key::derive_from(&[1; 32]), Key::derive_from(&[2; 32]));
        let random = random().expect("tests run where randomness is");
        let token = sign(&key, "a", &random).expect("any key signs");
        assert!(is_signed(&key, "a", &token));
        assert!(!is_signed(&key, "b", &token));
        assert!(!is_signed(&other, "a", &token));
        for wrong in ["", "x", &token[1..], &format!("{token}0"), &token.replace(|c: char| c.is_ascii_digit(), "é")] {
            assert!(!is_signed(&key, "a", wrong), "{wrong}");
        }
    }
}
