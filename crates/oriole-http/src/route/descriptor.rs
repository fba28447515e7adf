//! What `#[controller]` emits for HTTP.

use crate::handler::{Argument, LastArgument, Reader, Refusal, Value};
use crate::pipe::{DynPipe, Rules};
use crate::pipeline::{Enhancer, Enhancers};
use futures_util::future::BoxFuture;
use http::request::Parts;
use oriole_core::Location;

/// A controller's table of routes; `ControllerDescriptor::transport` holds a reference to it.
#[derive(Debug)]
pub struct HttpController {
    /// The prefix, without slashes at its ends; empty for the root.
    pub prefix: &'static str,
    /// The hosts that it asks for, such as `{account}.example.com`; empty for any.
    pub hosts: &'static [&'static str],
    /// What stands around all its handlers.
    pub enhancers: Enhancers,
    /// Its routes, in the order of its methods.
    pub routes: &'static [RouteDescriptor],
}

/// One handler.
#[derive(Debug)]
pub struct RouteDescriptor {
    /// The method's name, in upper case, or `*` for all.
    pub method: &'static str,
    /// The paths that it answers to, below the prefix; at least one, which may be empty.
    pub paths: &'static [&'static str],
    /// The versions that it serves, its controller's unless it has its own; empty for none.
    pub versions: &'static [&'static str],
    /// The handler's name.
    pub handler: &'static str,
    /// Whether it answers once or streams events.
    pub kind: RouteKind,
    /// Whether its streams may finish while the application ends.
    pub may_finish: bool,
    /// The status of `#[http_code]`, or none.
    pub status: Option<u16>,
    /// The pairs of `#[header]`.
    pub headers: &'static [(&'static str, &'static str)],
    /// What `#[redirect]` says, or none.
    pub redirect: Option<Redirect>,
    /// What stands around this handler alone.
    pub enhancers: Enhancers,
    /// Its arguments, the receiver left out.
    pub args: &'static [Arg],
    /// Extracts the arguments, calls the method and turns its value into a reply.
    pub call: HandlerFn,
    /// Where the method was written.
    pub at: Location,
}

impl RouteDescriptor {
    /// One that answers once, and has nothing but what every route has.
    #[must_use]
    pub const fn new(
        method: &'static str,
        paths: &'static [&'static str],
        handler: &'static str,
        call: HandlerFn,
        at: Location,
    ) -> Self {
        Self {
            method,
            paths,
            versions: &[],
            handler,
            kind: RouteKind::Http,
            may_finish: false,
            status: None,
            headers: &[],
            redirect: None,
            enhancers: Enhancers::NONE,
            args: &[],
            call,
            at,
        }
    }
}

impl HttpController {
    /// One that serves every host and has nothing around its handlers.
    #[must_use]
    pub const fn new(prefix: &'static str, routes: &'static [RouteDescriptor]) -> Self {
        Self { prefix, hosts: &[], enhancers: Enhancers::NONE, routes }
    }
}

impl Arg {
    /// One of the request's head.
    #[must_use]
    pub const fn head<T: Argument>(
        name: &'static str,
        type_name: &'static str,
        rules: Option<Rules>,
        known: Option<Reader>,
    ) -> Self {
        Self { name, type_name, rules, reader: Reader::head::<T>(known), pipes: &[] }
    }

    /// The last one, which may be of the body.
    #[must_use]
    pub const fn last<T: LastArgument<M>, M: 'static>(
        name: &'static str,
        type_name: &'static str,
        rules: Option<Rules>,
        known: Option<Reader>,
    ) -> Self {
        Self { name, type_name, rules, reader: Reader::last::<T, M>(known), pipes: &[] }
    }

    /// One that a function of `#[extract(..)]` finds.
    #[must_use]
    pub const fn extracted(
        name: &'static str,
        type_name: &'static str,
        read: fn(&mut Parts) -> Result<Value, Refusal>,
    ) -> Self {
        Self { name, type_name, rules: None, reader: Reader::extracting(read), pipes: &[] }
    }
}

/// The plain function behind a route: nothing captured, nothing generic left.
pub type HandlerFn = fn(crate::Call) -> Handled;
/// What becomes of it.
pub type Handled = BoxFuture<'static, Result<crate::Reply, crate::HttpException>>;

/// How a route answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RouteKind {
    /// Once.
    Http,
    /// With a stream of events.
    Sse,
}

/// What `#[redirect]` says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Redirect {
    /// The target; empty if the handler gives it.
    pub url: &'static str,
    /// The status, 302 unless given.
    pub status: u16,
}

/// One argument of a handler, as pipes and documents see it.
#[derive(Clone, Copy, Debug)]
pub struct Arg {
    /// The name it is bound to: `id` for `Path(id): Path<u32>`; empty where the pattern binds several or none.
    pub name: &'static str,
    /// The type, as the user wrote it.
    pub type_name: &'static str,
    /// How it is read and checked, if its type has rules.
    pub rules: Option<Rules>,
    /// How it is read otherwise.
    pub reader: Reader,
    /// What alone sees it, after all other pipes.
    pub pipes: &'static [Enhancer<dyn DynPipe>],
}
