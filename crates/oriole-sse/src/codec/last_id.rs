//! The last event id, and what many events of a stream share.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;

/// The committed last event id, and where the body comes from.
#[derive(Debug, Default)]
pub(super) struct LastId {
    id: String,
    /// Counts how often it was set, be it to the same, so that most of the time nobody has to compare ids.
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
    pub(super) long_id: Option<Arc<str>>,
    /// The type, if it is.
    pub(super) long_type: Option<Box<str>>,
}

/// The longest id and the longest type of which each event has a copy of its own.
pub(super) const COPIED_BYTES_MAX: usize = 64;

/// How much memory for an id is kept from one to the next.
const KEPT_CAPACITY: usize = 256;

impl LastId {
    pub(super) fn new(id: &str) -> Self {
        Self { id: id.into(), ..Self::default() }
    }

    /// Makes it this id.
    #[inline]
    pub(super) fn set(&mut self, id: &str) {
        if self.id.len().max(id.len()) > COPIED_BYTES_MAX {
            if self.id == id {
                return;
            }
            self.shared = None;
        }
        #[cfg(feature = "client")]
        {
            self.changes = self.changes.wrapping_add(1);
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

    /// Shows the id, if each event has a copy of it; else it is empty, or shared.
    #[inline]
    pub(super) fn copied(&self) -> &str {
        if self.is_long() { "" } else { &self.id }
    }

    /// Gives what the next event has in common with others.
    #[inline]
    pub(super) fn share(&mut self) -> Option<Arc<Shared>> {
        if self.origin.is_none() && !self.is_long() { None } else { Some(self.shared()) }
    }

    /// Gives the same to an event of such a type as is not copied.
    #[cold]
    pub(super) fn share_with(&mut self, long_type: &str) -> Arc<Shared> {
        let Shared { origin, long_id, .. } = &*self.shared();
        Arc::new(Shared { origin: origin.clone(), long_id: long_id.clone(), long_type: Some(long_type.into()) })
    }

    fn shared(&mut self) -> Arc<Shared> {
        let is_long = self.is_long();
        let shared = self.shared.get_or_insert_with(|| {
            let long_id = is_long.then(|| self.id.as_str().into());
            Arc::new(Shared { origin: self.origin.clone(), long_id, long_type: None })
        });
        Arc::clone(shared)
    }

    #[inline]
    fn is_long(&self) -> bool {
        self.id.len() > COPIED_BYTES_MAX
    }
}
