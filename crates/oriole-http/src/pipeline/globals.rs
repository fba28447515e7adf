//! What stands around every handler of an application.

use super::plan::Filter;
use super::{
    APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, AnyFilter, AnyGuard, AnyInterceptor, AnyPipe, DynFilter,
    DynGuard, DynInterceptor,
};
use crate::Error;
use crate::pipe::DynPipe;
use oriole_core::{Container, NamedToken};
use std::sync::Arc;

/// What `main` gave to the application.
#[derive(Default)]
pub(crate) struct Given {
    pub(crate) guards: Vec<AnyGuard>,
    pub(crate) interceptors: Vec<AnyInterceptor>,
    pub(crate) pipes: Vec<AnyPipe>,
    pub(crate) filters: Vec<AnyFilter>,
}

/// That, and what the container built for the `APP_` tokens.
pub(crate) struct Globals {
    pub(super) guards: Vec<AnyGuard>,
    pub(super) interceptors: Vec<AnyInterceptor>,
    pub(super) pipes: Vec<AnyPipe>,
    /// In the order in which they are asked.
    pub(super) filters: Vec<Filter>,
}

impl Globals {
    /// Those by token come before those of `main`; filters are asked from the last to the first (correction 14).
    pub(crate) fn new(container: &Container, given: Given) -> Result<Self, Error> {
        let filters = with_tokens::<APP_FILTER, dyn DynFilter>(container, given.filters)?;
        Ok(Self {
            guards: with_tokens::<APP_GUARD, dyn DynGuard>(container, given.guards)?,
            interceptors: with_tokens::<APP_INTERCEPTOR, dyn DynInterceptor>(container, given.interceptors)?,
            pipes: with_tokens::<APP_PIPE, dyn DynPipe>(container, given.pipes)?,
            filters: filters.into_iter().rev().map(|filter| Filter::new(filter, true)).collect(),
        })
    }

    pub(crate) fn has_filters(&self) -> bool {
        !self.filters.is_empty()
    }
}

fn with_tokens<N: NamedToken, T: ?Sized + Send + Sync + 'static>(
    container: &Container,
    given: Vec<Arc<T>>,
) -> Result<Vec<Arc<T>>, Error> {
    let mut all = Vec::new();
    for instance in container.all(&N::TOKEN) {
        // The macros coerce what is listed under the token. A guard that is none must not be one that lets everybody in.
        let Some(found) = instance.get::<T>() else {
            let problems = format!("what is listed as `{}` is no `{}`", N::TOKEN.name, std::any::type_name::<T>());
            return Err(Error::Settings { problems });
        };
        all.push(Arc::clone(found));
    }
    all.extend(given);
    Ok(all)
}
