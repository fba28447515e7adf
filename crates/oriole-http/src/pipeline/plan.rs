//! What stands around one route, in the order of its running.

use super::source::Source;
use super::{
    AnyFilter, AnyGuard, AnyInterceptor, AnyMeta, AnyPipe, Catches, Enhancer, Enhancers, ExecutionContext, Globals,
};
use crate::route::{Arg, panicked};
use crate::scope::{self, Scopes};
use crate::{Error, HttpException, Reply};
use futures_util::FutureExt;
use oriole_core::Container;
use oriole_core::graph::PlannedModule;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

/// Everything around one handler.
pub(crate) struct Pipeline {
    pub(crate) controller: &'static str,
    pub(super) guards: Vec<AnyGuard>,
    pub(super) interceptors: Vec<AnyInterceptor>,
    /// For every argument.
    pub(crate) pipes: Vec<AnyPipe>,
    /// For one argument each; empty if none has any.
    pub(crate) argument_pipes: Vec<Vec<AnyPipe>>,
    /// In the order in which they are asked.
    pub(super) filters: Vec<Filter>,
    /// The handler's, then the controller's.
    pub(super) meta: Vec<AnyMeta>,
    pub(super) scopes: Scopes,
    is_scoped: bool,
}

/// A filter, and where it stands.
#[derive(Clone)]
pub(super) struct Filter {
    filter: AnyFilter,
    catches: Catches,
    is_global: bool,
}

/// Where the container's instances are found for one controller.
#[derive(Clone, Copy)]
pub(crate) struct Built<'a> {
    pub(crate) container: &'a Container,
    pub(crate) module: &'a PlannedModule,
    pub(crate) controller: &'static str,
    pub(crate) globals: &'a Globals,
    /// Whether the controller lives for one request.
    pub(crate) is_scoped: bool,
}

/// What one marker place says, each expression evaluated once.
pub(crate) struct Level {
    guards: Vec<AnyGuard>,
    interceptors: Vec<AnyInterceptor>,
    pipes: Vec<AnyPipe>,
    filters: Vec<AnyFilter>,
    meta: Vec<AnyMeta>,
}

impl Pipeline {
    /// Joins the levels: the application's, the controller's, the route's, and those of its arguments.
    pub(crate) fn build(
        built: Built<'_>,
        class: &Level,
        route: &Enhancers,
        args: &'static [Arg],
    ) -> Result<Self, Error> {
        let (globals, route) = (built.globals, built.level(route)?);
        let filters = class.filters.iter().chain(&route.filters).rev();
        let filters = filters.map(|filter| Filter::new(Arc::clone(filter), false));
        let mut argument_pipes = Vec::new();
        if args.iter().any(|arg| !arg.pipes.is_empty()) {
            argument_pipes = args.iter().map(|arg| built.all(arg.pipes)).collect::<Result<_, _>>()?;
        }
        Ok(Self {
            controller: built.controller,
            guards: [&globals.guards[..], &class.guards, &route.guards].concat(),
            interceptors: [&globals.interceptors[..], &class.interceptors, &route.interceptors].concat(),
            pipes: [&globals.pipes[..], &class.pipes, &route.pipes].concat(),
            argument_pipes,
            filters: filters.chain(globals.filters.iter().cloned()).collect(),
            meta: [&route.meta[..], &class.meta].concat(),
            scopes: globals.scopes.clone(),
            is_scoped: built.is_scoped,
        })
    }

    /// Whether nothing but pipes stands around the handler, and nothing is made for a request.
    pub(crate) fn is_bare(&self) -> bool {
        !self.has_readers() && !self.is_scoped && !self.scopes.has_keys()
    }

    pub(crate) fn has_interceptors(&self) -> bool {
        !self.interceptors.is_empty()
    }

    pub(crate) fn has_pipes(&self) -> bool {
        !self.pipes.is_empty() || !self.argument_pipes.is_empty()
    }

    /// The handler's metadata, then the controller's.
    pub(crate) fn meta(&self) -> &[AnyMeta] {
        &self.meta
    }

    /// Whether there is anybody who could read metadata.
    pub(crate) fn has_readers(&self) -> bool {
        !self.guards.is_empty() || !self.interceptors.is_empty() || !self.filters.is_empty()
    }

    /// Whether there is anybody who may read this, by what they say.
    pub(crate) fn reads(&self, meta: &AnyMeta) -> bool {
        let id = meta.type_id();
        self.guards.iter().any(|guard| guard.reads().has(id))
            || self.interceptors.iter().any(|interceptor| interceptor.reads().has(id))
            || self.filters.iter().any(|filter| filter.filter.reads().has(id))
    }

    /// Whether anything looks at the request after the handler has had it.
    pub(super) fn looks_back(&self) -> bool {
        !self.interceptors.is_empty() || !self.filters.is_empty()
    }
}

impl Built<'_> {
    /// Evaluates what was given as expressions and finds what was named by type.
    pub(crate) fn level(self, enhancers: &Enhancers) -> Result<Level, Error> {
        Ok(Level {
            guards: self.all(enhancers.guards)?,
            interceptors: self.all(enhancers.interceptors)?,
            pipes: self.all(enhancers.pipes)?,
            filters: self.all(enhancers.filters)?,
            meta: enhancers.meta.iter().map(|make| make()).collect(),
        })
    }

    fn all<T: ?Sized + Send + Sync>(self, enhancers: &'static [Enhancer<T>]) -> Result<Vec<Arc<T>>, Error> {
        enhancers.iter().map(|enhancer| self.one(enhancer)).collect()
    }

    fn one<T: ?Sized + Send + Sync>(self, enhancer: &Enhancer<T>) -> Result<Arc<T>, Error> {
        let (provider, pick, per_request) = match enhancer.source {
            Source::Instance(make) => return Ok(make()),
            Source::Type { provider, pick, per_request } => (provider, pick, per_request),
        };
        let found = match self.container.enhancer(self.module, provider) {
            Some(held) => scope::found(held, pick, per_request, &self.globals.scopes)?,
            None => None,
        };
        found.ok_or_else(|| Error::Route {
            reason: format!("`{}` was not built for `{}`", provider.token.name, self.module.descriptor.name),
            at: enhancer.at,
        })
    }
}

impl Level {
    /// What it says with `#[meta(..)]`.
    pub(crate) fn meta(&self) -> &[AnyMeta] {
        &self.meta
    }
}

impl Filter {
    pub(super) fn new(filter: AnyFilter, is_global: bool) -> Self {
        Self { catches: filter.catches(), filter, is_global }
    }
}

/// Lets the first filter answer that catches the exception; gives it back where none does.
///
/// What such a filter itself fails with goes to those of the application; what one of those fails with goes to nobody
/// (correction 18).
pub(super) async fn catch(
    filters: &[Filter],
    mut exception: HttpException,
    ctx: &mut ExecutionContext,
) -> Result<Reply, HttpException> {
    let mut only_global = false;
    loop {
        let accepts = |filter: &&Filter| (filter.is_global || !only_global) && filter.catches.accepts(&exception);
        let Some(found) = filters.iter().find(accepts) else { return Err(exception) };
        let status = exception.status();
        let answered = AssertUnwindSafe(found.filter.catch(exception, ctx)).catch_unwind().await;
        match answered.unwrap_or_else(|panic| Err(panicked(panic.as_ref()))) {
            Ok(reply) => return Ok(reply.or_status(status)),
            Err(next) if found.is_global => return Err(next),
            Err(next) => {
                exception = next;
                only_global = true;
            }
        }
    }
}
