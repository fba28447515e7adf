//! A class that was built with stand-ins.

use super::mocks::Mocks;
use crate::Result;
use oriole_core::{Container, Token};
use std::any::type_name;
use std::fmt;
use std::sync::Arc;

/// One class that was built with stand-ins; it is used as the class itself.
pub struct Unit<T: ?Sized> {
    subject: Arc<T>,
    container: Container,
    mocks: Mocks,
}

impl<T: ?Sized + Send + Sync + 'static> Unit<T> {
    pub(super) fn new(subject: Arc<T>, container: Container, mocks: Mocks) -> Self {
        Self { subject, container, mocks }
    }

    /// The class, to hand it out.
    #[must_use]
    pub fn subject(&self) -> Arc<T> {
        Arc::clone(&self.subject)
    }

    /// What the class, or a class that was taken with it, has under a type: a stand-in as well (`RSU.3`).
    ///
    /// # Errors
    ///
    /// [`Error::Resolve`](crate::Error::Resolve) if none of them needs it.
    pub fn get<S: ?Sized + Send + Sync + 'static>(&self) -> Result<Arc<S>> {
        Ok(self.container.module_ref().everywhere().get()?)
    }

    /// The value of a named token.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn get_token<S: ?Sized + Send + Sync + 'static>(&self, token: Token<S>) -> Result<Arc<S>> {
        Ok(self.container.module_ref().everywhere().get_token(token)?)
    }

    /// The stand-in of a type, to set what it does and to read what was asked of it.
    ///
    /// # Panics
    ///
    /// If nobody has it: nothing that was built needs what it stands for, or something else stands there. One that was given as a
    /// value, or by [`use_mocker`](crate::UnitBuilder::use_mocker), is known to whoever gave it.
    #[must_use]
    #[track_caller]
    pub fn mock<M: Send + Sync + 'static>(&self) -> Arc<M> {
        self.mocks
            .made()
            .unwrap_or_else(|| panic!("`{}` has no stand-in of the type `{}`", type_name::<T>(), type_name::<M>()))
    }
}

impl<T: ?Sized> std::ops::Deref for Unit<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.subject
    }
}

impl<T: ?Sized> fmt::Debug for Unit<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unit").field("class", &type_name::<T>()).finish_non_exhaustive()
    }
}
