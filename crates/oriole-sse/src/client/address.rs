//! Addresses, as browsers read them.

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderValue, Uri};
use url::Url;

use super::error::BuildError;

/// An absolute `http` or `https` address without fragment (rule C4) and without credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    url: Url,
}

impl Address {
    /// Reads an address; credentials in it become a header's value.
    pub(super) fn parse(text: &str) -> Result<(Self, Option<HeaderValue>), BuildError> {
        let url = Url::parse(text).map_err(|error| BuildError::Url { message: error.to_string().into() })?;
        Self::check(url)
    }

    /// Reads what a redirect says, relative to this address.
    pub(super) fn join(&self, location: &str) -> Result<Self, BuildError> {
        let url = self.url.join(location).map_err(|error| BuildError::Url { message: error.to_string().into() })?;
        // Credentials that a redirect gives are dropped: nobody here asked for them.
        Ok(Self::check(url)?.0)
    }

    fn check(mut url: Url) -> Result<(Self, Option<HeaderValue>), BuildError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(BuildError::Url { message: "the scheme is neither http nor https".into() });
        }
        let credentials = basic_credentials(&url);
        // These fail only for addresses without a host, which http and https do not have.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        url.set_fragment(None);
        let address = Self { url };
        address.uri()?;
        Ok((address, credentials))
    }

    pub(super) fn as_str(&self) -> &str {
        self.url.as_str()
    }

    pub(super) fn uri(&self) -> Result<Uri, BuildError> {
        let uri = self.url.as_str().parse::<Uri>();
        uri.map_err(|error| BuildError::Url { message: error.to_string().into() })
    }

    /// Scheme, host and port, without a default port.
    pub(super) fn origin(&self) -> Arc<str> {
        self.url.origin().ascii_serialization().into()
    }

    pub(super) fn is_same_origin(&self, other: &Self) -> bool {
        self.url.origin() == other.url.origin()
    }
}

fn basic_credentials(url: &Url) -> Option<HeaderValue> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let mut plain = percent_decoded(url.username());
    plain.push(b':');
    plain.extend(percent_decoded(url.password().unwrap_or_default()));
    let mut value = HeaderValue::try_from(format!("Basic {}", BASE64_STANDARD.encode(plain))).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Undoes the percent-encoding; what is none stays as it is.
fn percent_decoded(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let digits = after.first_chunk::<2>().and_then(|pair| {
            let [high, low] = pair.map(|digit| char::from(digit).to_digit(16));
            u8::try_from(high? << 4 | low?).ok()
        });
        match digits {
            Some(decoded_byte) if byte == b'%' => {
                decoded.push(decoded_byte);
                rest = &after[2..];
            }
            _ => {
                decoded.push(byte);
                rest = after;
            }
        }
    }
    decoded
}
