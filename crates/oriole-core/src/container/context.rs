//! The instances of one request, or of one key.

use crate::inject::{BoxError, Instance};
use futures_util::lock::{Mutex as Gate, OwnedMutexGuard};
use std::any::TypeId;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A sub-tree of instances: what is resolved with the same id is the same (`MRF.5`).
///
/// Each request has one. Make one by hand to resolve request-scoped providers where there is no request: in a job, in a test.
/// A clone is the same id; the instances live as long as one of its clones.
#[derive(Clone)]
pub struct ContextId(Arc<Inner>);

struct Inner {
    given: Vec<(TypeId, Instance)>,
    durable: Option<ContextId>,
    cells: Mutex<Vec<(usize, Cell)>>,
}

/// What has become of one slot.
enum Cell {
    Built(Instance),
    /// An asynchronous factory is under way; who else wants it waits here.
    Building {
        gate: Arc<Gate<()>>,
        failures: u64,
        last: Option<Arc<str>>,
    },
}

/// What [`ContextId::begin`] finds.
pub(super) enum Begun {
    Built,
    /// The caller builds it. Others wait until this is dropped.
    Mine(OwnedMutexGuard<()>),
    /// The factory failed while the caller waited for it: with this.
    Failed(Arc<str>),
}

/// The instances of a context, held.
pub(super) struct AllBuilt<'a>(MutexGuard<'a, Vec<(usize, Cell)>>);

impl AllBuilt<'_> {
    pub(super) fn get(&self, slot: usize) -> Option<&Instance> {
        self.0.iter().find_map(|(known, cell)| match cell {
            Cell::Built(instance) if *known == slot => Some(instance),
            Cell::Built(_) | Cell::Building { .. } => None,
        })
    }

    pub(super) fn push(&mut self, slot: usize, instance: Instance) {
        self.0.push((slot, Cell::Built(instance)));
    }

    pub(super) fn reserve(&mut self, slots: usize) {
        self.0.reserve(slots);
    }
}

impl ContextId {
    /// An id without a request.
    #[must_use]
    pub fn new() -> Self {
        Self::with_given(Vec::new(), None)
    }

    /// Registers what stands for the request, or for what comes with its key (`MRF.6`): a transport does this.
    ///
    /// It makes a new id, which shares no instance with this one.
    #[must_use]
    pub fn with<T: ?Sized + Send + Sync + 'static>(mut self, value: Arc<T>) -> Self {
        let added = (TypeId::of::<T>(), Instance::new(value));
        if let Some(own) = Arc::get_mut(&mut self.0)
            && own.cells.get_mut().is_ok_and(|cells| cells.is_empty())
        {
            // Nobody else knows it, and nothing is built: it may be the new one itself.
            own.given.push(added);
            return self;
        }
        let mut given = self.0.given.clone();
        given.push(added);
        Self::with_given(given, self.0.durable.clone())
    }

    /// Takes durable providers from another id, which outlives this one.
    ///
    /// It makes a new id, which shares no instance with this one.
    #[must_use]
    pub fn within(self, durable: Self) -> Self {
        Self::with_given(self.0.given.clone(), Some(durable))
    }

    fn with_given(given: Vec<(TypeId, Instance)>, durable: Option<Self>) -> Self {
        Self(Arc::new(Inner { given, durable, cells: Mutex::default() }))
    }

    /// Where durable providers are.
    pub(super) fn durable(&self) -> &Self {
        self.0.durable.as_ref().unwrap_or(self)
    }

    /// What the transport registered.
    pub(super) fn given(&self, type_id: TypeId) -> Option<&Instance> {
        let own = self.0.given.iter().rev().find(|(given, _)| *given == type_id).map(|(_, instance)| instance);
        own.or_else(|| self.0.durable.as_ref()?.given(type_id))
    }

    pub(super) fn built(&self, slot: usize) -> Option<Instance> {
        self.all_built().get(slot).cloned()
    }

    /// Builds what is built at once; who comes second gets what the first made.
    pub(super) fn build<E>(&self, slot: usize, build: impl FnOnce() -> Result<Instance, E>) -> Result<Instance, E> {
        let mut cells = self.cells();
        if let Some((_, Cell::Built(instance))) = cells.iter().find(|(known, _)| *known == slot) {
            return Ok(instance.clone());
        }
        let instance = build()?;
        cells.push((slot, Cell::Built(instance.clone())));
        Ok(instance)
    }

    /// What is built, for whoever builds several slots in one go; nobody else builds meanwhile.
    pub(super) fn all_built(&self) -> AllBuilt<'_> {
        AllBuilt(self.cells())
    }

    /// Waits for whoever builds a slot, if somebody does.
    pub(super) async fn begin(&self, slot: usize) -> Begun {
        let (gate, before) = {
            let mut cells = self.cells();
            match cells.iter().find(|(known, _)| *known == slot) {
                Some((_, Cell::Built(_))) => return Begun::Built,
                Some((_, Cell::Building { gate, failures, .. })) => (Arc::clone(gate), *failures),
                None => {
                    let gate = Arc::default();
                    cells.push((slot, Cell::Building { gate: Arc::clone(&gate), failures: 0, last: None }));
                    (gate, 0)
                }
            }
        };
        let guard = gate.lock_owned().await;
        match self.cells().iter().find(|(known, _)| *known == slot) {
            Some((_, Cell::Built(_))) => Begun::Built,
            // A crowd that waited for one attempt does not make an attempt each, one after the other.
            Some((_, Cell::Building { failures, last: Some(last), .. })) if *failures > before => {
                Begun::Failed(Arc::clone(last))
            }
            // Given up by whoever built it: then it is this caller's turn.
            _ => Begun::Mine(guard),
        }
    }

    /// Tells those who wait what a factory failed with.
    pub(super) fn fail(&self, slot: usize, error: &BoxError) {
        let mut cells = self.cells();
        if let Some((_, Cell::Building { failures, last, .. })) = cells.iter_mut().find(|(known, _)| *known == slot) {
            *failures += 1;
            *last = Some(error.to_string().into());
        }
    }

    pub(super) fn finish(&self, slot: usize, instance: &Instance) {
        let mut cells = self.cells();
        match cells.iter_mut().find(|(known, _)| *known == slot) {
            Some((_, cell)) => *cell = Cell::Built(instance.clone()),
            None => cells.push((slot, Cell::Built(instance.clone()))),
        }
    }

    fn cells(&self) -> MutexGuard<'_, Vec<(usize, Cell)>> {
        // A constructor that panicked left nothing half done.
        self.0.cells.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for ContextId {
    fn default() -> Self {
        Self::new()
    }
}

impl PartialEq for ContextId {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for ContextId {}

impl fmt::Debug for ContextId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ContextId").field(&Arc::as_ptr(&self.0)).finish()
    }
}
