//! The keys in use.

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use ring::rand::{SecureRandom, SystemRandom};

use super::keys::Source;
use super::{CursorKey, CursorKeys};
use crate::store::{Store, StoreError};

/// Holds the keys, and asks the store for them.
#[derive(Debug)]
pub(crate) struct Keyring {
    source: Source,
    /// The one that signs stands first. `None` as long as the store was never asked.
    keys: RwLock<Option<Arc<[CursorKey]>>>,
    asked: Mutex<Option<SystemTime>>,
}

/// A key as the note has it.
struct Kept {
    number: u8,
    drawn_ms: u64,
    secret: [u8; 32],
}

const NOTE: &str = "cursor-keys";
const NOTE_VERSION: u8 = 1;
const KEPT_BYTES: usize = 1 + 8 + 32;
/// How many keys verify.
const KEYS_MAX: usize = 8;
/// How often another process may come in between when a key is drawn.
const TRIES_MAX: usize = 16;
/// A cursor with an unknown key makes the store be asked again, but not more often than this: the client chose the number.
const ASK_INTERVAL: Duration = Duration::from_secs(1);

impl Keyring {
    pub(crate) fn new(keys: CursorKeys) -> Self {
        let given: Option<Arc<[CursorKey]>> = match &keys.0 {
            Source::Given(given) => Some(given.clone().into()),
            Source::Store { .. } => None,
        };
        Self { source: keys.0, keys: RwLock::new(given), asked: Mutex::default() }
    }

    /// Gives the keys if they are known; the first signs.
    pub(crate) fn keys(&self) -> Option<Arc<[CursorKey]>> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether the keys are known, so that there are ids; from then on they are.
    pub(crate) fn has_keys(&self) -> bool {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Sees to it that the keys are known, and draws a new one if it is time; says whether they were not known before.
    pub(crate) async fn load(&self, store: &dyn Store, now: SystemTime) -> Result<bool, StoreError> {
        let Source::Store { rotation } = self.source else {
            return Ok(false);
        };
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        let kept = agree(store, rotation, now).await?;
        let keys = kept.iter().rev().map(|kept| CursorKey::new(kept.number, &kept.secret)).collect();
        Ok(self.keys.write().unwrap_or_else(PoisonError::into_inner).replace(keys).is_none())
    }

    /// Whether asking the store again could find an unknown key, as another process may have drawn one.
    pub(crate) fn may_ask_again(&self, now: SystemTime) -> bool {
        let asked = *self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back says nothing.
        let rested = asked.is_none_or(|asked| now.duration_since(asked).map_or(true, |rest| rest >= ASK_INTERVAL));
        matches!(self.source, Source::Store { .. }) && rested
    }

    /// Tells how often the store should be asked for a new key.
    pub(crate) fn rotation(&self) -> Option<Duration> {
        match self.source {
            Source::Store { rotation } => rotation,
            Source::Given(_) => None,
        }
    }
}

/// Reads the keys, the oldest first, and adds one if there is none that is young enough.
async fn agree(store: &dyn Store, rotation: Option<Duration>, now: SystemTime) -> Result<Vec<Kept>, StoreError> {
    let now_ms = now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_millis());
    let now_ms = u64::try_from(now_ms).unwrap_or(u64::MAX);
    for _ in 0..TRIES_MAX {
        let note = store.note(NOTE).await?;
        let mut kept = note.as_deref().map_or(Ok(Vec::new()), parse)?;
        let is_fresh = |last: &Kept| {
            rotation.is_none_or(|rotation| u128::from(now_ms.saturating_sub(last.drawn_ms)) < rotation.as_millis())
        };
        if kept.last().is_some_and(is_fresh) {
            return Ok(kept);
        }
        let mut secret = [0; 32];
        SystemRandom::new().fill(&mut secret).map_err(|_| StoreError::failed("the system gives no random bytes"))?;
        let number = kept.last().map_or(0, |last| last.number.wrapping_add(1));
        kept.push(Kept { number, drawn_ms: now_ms, secret });
        kept.drain(..kept.len().saturating_sub(KEYS_MAX));
        if store.swap_note(NOTE, note, print(&kept)).await? {
            return Ok(kept);
        }
    }
    Err(StoreError::failed("other processes keep on changing the keys of cursors"))
}

fn parse(note: &[u8]) -> Result<Vec<Kept>, StoreError> {
    let bad = || StoreError::failed("the keys of cursors are not of a known form");
    let kept = note.strip_prefix(&[NOTE_VERSION]).ok_or_else(bad)?;
    if kept.is_empty() || kept.len() % KEPT_BYTES != 0 {
        return Err(bad());
    }
    let kept = kept.chunks_exact(KEPT_BYTES).map(|kept| {
        let (number, rest) = kept.split_first()?;
        let (drawn_ms, secret) = rest.split_first_chunk()?;
        Some(Kept { number: *number, drawn_ms: u64::from_be_bytes(*drawn_ms), secret: secret.try_into().ok()? })
    });
    kept.collect::<Option<_>>().ok_or_else(bad)
}

fn print(kept: &[Kept]) -> Bytes {
    let mut note = vec![NOTE_VERSION];
    for kept in kept {
        note.push(kept.number);
        note.extend_from_slice(&kept.drawn_ms.to_be_bytes());
        note.extend_from_slice(&kept.secret);
    }
    note.into()
}
