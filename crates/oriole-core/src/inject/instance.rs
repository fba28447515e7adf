//! A provider's instance with its type taken off.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, Weak};

/// What a factory may fail with.
pub type BoxError = Box<dyn std::error::Error + Send + Sync + 'static>;

/// An `Arc<T>` whose type is known only to those who ask for it; `T` may be a trait object.
#[derive(Clone)]
pub struct Instance(Arc<dyn Any + Send + Sync>);

impl Instance {
    /// Wraps a shared value.
    #[must_use]
    pub fn new<T: ?Sized + Send + Sync + 'static>(value: Arc<T>) -> Self {
        Self(Arc::new(value))
    }

    /// The value, if it is a `T`.
    #[must_use]
    pub fn get<T: ?Sized + Send + Sync + 'static>(&self) -> Option<&Arc<T>> {
        self.0.downcast_ref::<Arc<T>>()
    }
}

impl Instance {
    /// The same, without keeping it: what is called by others holds its providers so, since they may hold it.
    #[must_use]
    pub fn downgrade(&self) -> WeakInstance {
        WeakInstance(Arc::downgrade(&self.0))
    }
}

/// An [`Instance`] that is gone with its application.
#[derive(Clone)]
pub struct WeakInstance(Weak<dyn Any + Send + Sync>);

impl WeakInstance {
    /// The instance, while its application is there.
    #[must_use]
    pub fn upgrade(&self) -> Option<Instance> {
        self.0.upgrade().map(Instance)
    }
}

impl fmt::Debug for WeakInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WeakInstance")
    }
}

impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Instance")
    }
}
