//! What stands around every handler of an application.

use super::plan::Filter;
use super::source::Wrap;
use super::{
    APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, AnyFilter, AnyGuard, AnyInterceptor, AnyPipe, DynFilter,
    DynGuard, DynInterceptor,
};
use crate::Error;
use crate::pipe::DynPipe;
use crate::scope::{self, DurableOptions, Scopes};
use oriole_core::{Container, Instance, NamedToken};
use std::sync::Arc;

/// What `main` gave to the application.
#[derive(Default)]
pub(crate) struct Given {
    pub(crate) guards: Vec<AnyGuard>,
    pub(crate) interceptors: Vec<AnyInterceptor>,
    pub(crate) pipes: Vec<AnyPipe>,
    pub(crate) filters: Vec<AnyFilter>,
    pub(crate) durable: Option<DurableOptions>,
}

/// That, and what the container built for the `APP_` tokens.
pub(crate) struct Globals {
    pub(super) guards: Vec<AnyGuard>,
    pub(super) interceptors: Vec<AnyInterceptor>,
    pub(super) pipes: Vec<AnyPipe>,
    /// In the order in which they are asked.
    pub(super) filters: Vec<Filter>,
    pub(super) scopes: Scopes,
}

impl Globals {
    /// Those by token come before those of `main`; filters are asked from the last to the first (correction 14).
    pub(crate) fn new(container: &Container, given: Given) -> Result<Self, Error> {
        let scopes = Scopes::new(given.durable, container.wants_request());
        let filters = with_tokens::<APP_FILTER, dyn DynFilter>(container, given.filters, &scopes, |_| None)?;
        let by_request: Wrap<dyn DynInterceptor> = |one| Some(Arc::new(one));
        Ok(Self {
            guards: with_tokens::<APP_GUARD, dyn DynGuard>(container, given.guards, &scopes, |one| {
                Some(Arc::new(one))
            })?,
            interceptors: with_tokens::<APP_INTERCEPTOR, _>(container, given.interceptors, &scopes, by_request)?,
            pipes: with_tokens::<APP_PIPE, dyn DynPipe>(container, given.pipes, &scopes, |_| None)?,
            filters: filters.into_iter().rev().map(|filter| Filter::new(filter, true)).collect(),
            scopes,
        })
    }

    pub(crate) fn has_filters(&self) -> bool {
        !self.filters.is_empty()
    }
}

fn with_tokens<N: NamedToken, T: ?Sized + Send + Sync + 'static>(
    container: &Container,
    given: Vec<Arc<T>>,
    scopes: &Scopes,
    per_request: Wrap<T>,
) -> Result<Vec<Arc<T>>, Error> {
    let mut all = Vec::new();
    for held in container.all(&N::TOKEN) {
        let pick = |instance: &Instance| instance.get::<T>().map(Arc::clone);
        // The macros coerce what is listed under the token. A guard that is none must not be one that lets everybody in.
        let Some(found) = scope::found(held, pick, per_request, scopes)? else {
            let problems = format!("what is listed as `{}` is no `{}`", N::TOKEN.name, std::any::type_name::<T>());
            return Err(Error::Settings { problems });
        };
        all.push(found);
    }
    all.extend(given);
    Ok(all)
}
