//! Texts that events share: types and ids.

use alloc::string::String;
use alloc::sync::Arc;

/// A text that is cheap to make and to keep: short ones, which most types and ids are, need no memory of their own;
/// long ones are shared.
#[derive(Clone, Debug, Default)]
pub(super) enum SmallText {
    #[default]
    Empty,
    Inline {
        len: u8,
        bytes: [u8; Self::INLINE_MAX],
    },
    Shared(Arc<str>),
}

impl SmallText {
    /// As much as fits beside an `Arc<str>` in three words.
    const INLINE_MAX: usize = 22;

    #[inline]
    fn inline(text: &str) -> Option<Self> {
        let mut bytes = [0; Self::INLINE_MAX];
        bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        Some(Self::Inline { len: u8::try_from(text.len()).ok()?, bytes })
    }

    #[inline]
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Empty => "",
            // It was a text when it came in.
            Self::Inline { len, bytes } => {
                bytes.get(..usize::from(*len)).and_then(|bytes| core::str::from_utf8(bytes).ok()).unwrap_or_default()
            }
            Self::Shared(text) => text,
        }
    }
}

impl PartialEq for SmallText {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for SmallText {}

/// A text, and the same to be shared by events, made when the first of them needs it.
#[derive(Debug, Default)]
pub(super) struct SharedText {
    text: String,
    shared: Option<Arc<str>>,
}

/// How much memory for a text is kept from one event to the next.
pub(super) const KEPT_CAPACITY: usize = 256;

impl SharedText {
    /// Makes it this text, without a copy if it is so already.
    #[inline]
    pub(super) fn set(&mut self, text: &str) {
        if self.text != text {
            self.text.clear();
            if self.text.capacity() > KEPT_CAPACITY {
                self.text.shrink_to(text.len().max(KEPT_CAPACITY));
            }
            self.text.push_str(text);
            self.shared = None;
        }
    }

    #[inline]
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    #[inline]
    pub(super) fn share(&mut self) -> SmallText {
        if self.text.is_empty() {
            return SmallText::Empty;
        }
        match SmallText::inline(&self.text) {
            Some(text) => text,
            None => SmallText::Shared(Arc::clone(self.shared.get_or_insert_with(|| self.text.as_str().into()))),
        }
    }

    /// Makes a shared text of another one, which is remembered in case that the next one is the same.
    #[inline]
    pub(super) fn share_as(&mut self, text: &str) -> SmallText {
        match SmallText::inline(text) {
            Some(text) => text,
            None => {
                self.set(text);
                self.share()
            }
        }
    }
}
