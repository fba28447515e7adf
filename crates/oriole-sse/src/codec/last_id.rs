//! The last event id, and what many events of a stream share.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;

/// The committed last event id, and where the body comes from.
#[derive(Debug, Default)]
pub(super) struct LastId {
    id: String,
    /// Counts the changes, so that nobody has to compare ids in order to hear of one.
    #[cfg(feature = "client")]
    changes: u64,
    origin: Option<Arc<str>>,
    /// Made when the first event needs it.
    shared: Option<Arc<Shared>>,
}

/// What an event has in common with those before it.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) origin: Option<Arc<str>>,
    /// The last event id, if it is too long to be copied into every event that inherits it.
    pub(super) long_id: Option<Box<str>>,
}

/// The longest id of which each event has a copy of its own.
const COPIED_BYTES_MAX: usize = 64;

/// How much memory for an id is kept from one to the next.
const KEPT_CAPACITY: usize = 256;

impl LastId {
    pub(super) fn new(id: &str) -> Self {
        Self { id: id.into(), ..Self::default() }
    }

    /// Makes it this id, without a copy if it is so already.
    #[inline]
    pub(super) fn set(&mut self, id: &str) {
        if self.id == id {
            return;
        }
        #[cfg(feature = "client")]
        {
            self.changes = self.changes.wrapping_add(1);
        }
        if self.id.len() > COPIED_BYTES_MAX || id.len() > COPIED_BYTES_MAX {
            self.shared = None;
        }
        self.id.clear();
        if self.id.capacity() > KEPT_CAPACITY {
            self.id.shrink_to(id.len().max(KEPT_CAPACITY));
        }
        self.id.push_str(id);
    }

    #[cfg(feature = "client")]
    pub(super) fn changes(&self) -> u64 {
        self.changes
    }

    #[cfg(feature = "client")]
    pub(super) fn set_origin(&mut self, origin: Arc<str>) {
        self.origin = Some(origin);
        self.shared = None;
    }

    #[inline]
    pub(super) fn as_str(&self) -> &str {
        &self.id
    }

    /// Gives the id as an event keeps it: a text to copy, and what is shared.
    #[inline]
    pub(super) fn share(&mut self) -> (&str, Option<Arc<Shared>>) {
        let is_long = self.id.len() > COPIED_BYTES_MAX;
        let copied = if is_long { "" } else { &self.id };
        if !is_long && self.origin.is_none() {
            return (copied, None);
        }
        let shared = self.shared.get_or_insert_with(|| {
            let long_id = is_long.then(|| self.id.as_str().into());
            Arc::new(Shared { origin: self.origin.clone(), long_id })
        });
        (copied, Some(Arc::clone(shared)))
    }
}
