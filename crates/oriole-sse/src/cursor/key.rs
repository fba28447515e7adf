//! A key that signs.

use std::fmt;

use ring::hmac;

/// Signs cursors, and tells those that it signed.
#[derive(Clone)]
pub struct CursorKey {
    number: u8,
    key: hmac::Key,
}

/// How many bytes of the signature go out: 96 bits (RFC 2104, section 5).
pub(super) const SIGNATURE_BYTES: usize = 12;

impl CursorKey {
    /// Takes 32 bytes that nobody can guess as a key.
    ///
    /// The number tells keys apart and stands in each cursor: a new key takes one that no key in use has.
    #[must_use]
    pub fn new(number: u8, secret: &[u8; 32]) -> Self {
        Self { number, key: hmac::Key::new(hmac::HMAC_SHA256, secret) }
    }

    pub(super) fn number(&self) -> u8 {
        self.number
    }

    pub(super) fn sign(&self, payload: &[u8], principal: Option<&str>) -> [u8; SIGNATURE_BYTES] {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(b"oriole-sse cursor\0");
        // Each part says where it ends, so that no two inputs read alike.
        if let Some(principal) = principal {
            context.update(&[1]);
            context.update(&(principal.len() as u64).to_be_bytes());
            context.update(principal.as_bytes());
        } else {
            context.update(&[0]);
        }
        context.update(payload);
        let tag = context.sign();
        let mut signature = [0; SIGNATURE_BYTES];
        signature.copy_from_slice(&tag.as_ref()[..SIGNATURE_BYTES]);
        signature
    }

    /// Compares in a time that does not depend on where two signatures differ.
    pub(super) fn has_signed(&self, payload: &[u8], principal: Option<&str>, signature: &[u8]) -> bool {
        let expected = self.sign(payload, principal);
        let differ = expected.iter().zip(signature).fold(0, |differ, (one, other)| differ | (one ^ other));
        signature.len() == SIGNATURE_BYTES && std::hint::black_box(differ) == 0
    }
}

impl fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CursorKey").field("number", &self.number).finish_non_exhaustive()
    }
}
