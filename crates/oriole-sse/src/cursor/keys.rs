//! Where keys come from.

use std::time::Duration;

use super::CursorKey;

/// Says where the keys that sign cursors come from. In the store by default, without rotation.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use oriole_sse::{CursorKey, CursorKeys};
///
/// let monthly = CursorKeys::in_store().rotated_every(Duration::from_secs(30 * 24 * 3600));
///
/// // From a secret of the deployment; the old one still verifies.
/// # let (new, old) = ([7; 32], [8; 32]);
/// let given = CursorKeys::given(CursorKey::new(2, &new), [CursorKey::new(1, &old)]);
/// # drop((monthly, given));
/// ```
#[derive(Clone, Debug)]
pub struct CursorKeys(pub(super) Source);

#[derive(Clone, Debug)]
pub(super) enum Source {
    Store { rotation: Option<Duration> },
    Given(Vec<CursorKey>),
}

impl CursorKeys {
    /// Keeps keys in a note of the store; the first process draws the first key.
    ///
    /// They last as long as the store does: with one that outlives the process, cursors outlive it too. Whoever can read the
    /// store can forge cursors.
    #[must_use]
    pub fn in_store() -> Self {
        Self(Source::Store { rotation: None })
    }

    /// Draws a new key whenever the last one is this old; the last eight verify. Keys that are given are not rotated.
    #[must_use]
    pub fn rotated_every(mut self, interval: Duration) -> Self {
        if let Source::Store { rotation } = &mut self.0 {
            *rotation = Some(interval);
        }
        self
    }

    /// Takes one key that signs, and those that signed before it.
    #[must_use]
    pub fn given(signing: CursorKey, older: impl IntoIterator<Item = CursorKey>) -> Self {
        Self(Source::Given(std::iter::once(signing).chain(older).collect()))
    }
}

impl Default for CursorKeys {
    fn default() -> Self {
        Self::in_store()
    }
}
