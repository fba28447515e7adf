//! What a client shows to change its subscription.

use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use ring::rand::SystemRandom;

use crate::cursor::Principal;

/// Signs handles: a subscription's number and its principal, by a key that this hub has drawn for itself and that nobody else
/// knows. A subscription lives in one process, and so do its handles; a key that lasts longer would only be worth more to a thief.
#[derive(Debug, Default)]
pub(in crate::hub) struct HandleKey(OnceLock<Option<hmac::Key>>);

const NUMBER_BYTES: usize = 8;

/// A number and a signature of 32 bytes, in base64url.
const TEXT_BYTES: usize = 54;

impl HandleKey {
    /// Makes a subscription's handle; `None` if the system has no random bytes for a key.
    pub(in crate::hub) fn sign(&self, number: u64, principal: Option<&Principal>) -> Option<String> {
        let mut handle = number.to_be_bytes().to_vec();
        let tag = hmac::sign(self.key()?, &signed(number, principal));
        handle.extend_from_slice(tag.as_ref());
        Some(URL_SAFE_NO_PAD.encode(handle))
    }

    /// Tells of which subscription a text says it is the handle.
    pub(in crate::hub) fn number(text: &str) -> Option<u64> {
        if text.len() != TEXT_BYTES {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.first_chunk().map(|number| u64::from_be_bytes(*number))
    }

    /// Says whether a text is the handle of this principal's subscription; takes as long whatever is wrong with it.
    pub(in crate::hub) fn has_signed(&self, text: &str, principal: Option<&Principal>) -> bool {
        let (Some(number), Some(key)) = (Self::number(text), self.key()) else {
            return false;
        };
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(text) else {
            return false;
        };
        hmac::verify(key, &signed(number, principal), &bytes[NUMBER_BYTES..]).is_ok()
    }

    fn key(&self) -> Option<&hmac::Key> {
        let draw = || hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new()).ok();
        self.0.get_or_init(draw).as_ref()
    }
}

/// Each part says where it ends, so that no two inputs read alike.
fn signed(number: u64, principal: Option<&Principal>) -> Vec<u8> {
    let mut all = b"oriole-sse handle\0".to_vec();
    all.extend_from_slice(&number.to_be_bytes());
    if let Some(principal) = principal {
        all.push(1);
        all.extend_from_slice(principal.as_str().as_bytes());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::HandleKey;
    use crate::cursor::Principal;

    #[test]
    fn a_handle_is_of_one_subscription_one_principal_and_one_hub() {
        let (key, other) = (HandleKey::default(), HandleKey::default());
        let (ann, bob) = (Principal::new("ann"), Principal::new("bob"));
        let handle = key.sign(7, Some(&ann)).expect("random bytes");
        assert_eq!((HandleKey::number(&handle), handle.len()), (Some(7), 54));
        assert!(key.has_signed(&handle, Some(&ann)));
        assert!(!key.has_signed(&handle, Some(&bob)) && !key.has_signed(&handle, None));
        assert!(!other.has_signed(&handle, Some(&ann)));
        assert!(key.has_signed(&key.sign(7, None).expect("random bytes"), None));
        assert!(!key.has_signed(&key.sign(7, None).expect("random bytes"), Some(&Principal::new(""))));
        // With another number, or any other character changed.
        for at in 0..handle.len() {
            let mut forged = handle.clone();
            let letter = if &handle[at..=at] == "A" { "B" } else { "A" };
            forged.replace_range(at..=at, letter);
            assert!(!key.has_signed(&forged, Some(&ann)), "{at}");
        }
        for text in ["", "AAAA", &handle[1..], &format!("{handle}A"), &format!("{handle}=")] {
            assert!(!key.has_signed(text, Some(&ann)) && HandleKey::number(text).is_none(), "{text}");
        }
    }
}
