//! What `#[controller]` knows of an impl.

use super::enhancers::Enhancers;
use crate::attrs::Gates;
use proc_macro2::{Ident, Span};
use syn::{Expr, ItemImpl, LitStr, Type};

/// A controller.
pub(crate) struct Controller {
    /// The user's impl, our markers taken off.
    pub(super) item: ItemImpl,
    /// The controller's part of every path.
    pub(super) prefix: Option<LitStr>,
    /// The versions of every route that names none itself.
    pub(super) versions: Vec<Expr>,
    /// The hosts that it asks for; empty for any.
    pub(super) hosts: Vec<LitStr>,
    /// The headers of every route.
    pub(super) headers: Vec<Header>,
    /// What stands around every route.
    pub(super) enhancers: Enhancers,
    pub(super) routes: Vec<Route>,
}

/// One handler.
pub(crate) struct Route {
    /// The conditions under which the method exists.
    pub(super) gates: Gates,
    pub(super) name: Ident,
    /// Where the marker stands.
    pub(super) at: Span,
    pub(super) kind: Kind,
    /// HTTP's method, or `*`.
    pub(super) method: String,
    /// As written; empty for the controller's own path.
    pub(super) paths: Vec<LitStr>,
    /// Whether its streams may finish while others are ended.
    pub(super) may_finish: bool,
    /// In place of the controller's.
    pub(super) versions: Vec<Expr>,
    pub(super) status: Option<u16>,
    pub(super) headers: Vec<Header>,
    pub(super) redirect: Option<Redirect>,
    /// What stands around this route alone.
    pub(super) enhancers: Enhancers,
    pub(super) has_receiver: bool,
    pub(super) is_async: bool,
    /// Marked so for whoever calls it in the program.
    pub(super) is_deprecated: bool,
    pub(super) arguments: Vec<Argument>,
    /// Where the return type stands, or the name.
    pub(super) returns: Span,
}

/// How a route answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Http,
    Sse,
}

/// One `#[header("name", "value")]`.
#[derive(Clone)]
pub(crate) struct Header {
    pub(super) name: LitStr,
    pub(super) value: LitStr,
}

/// `#[redirect("url", 302)]`.
pub(crate) struct Redirect {
    /// Empty if the handler gives it.
    pub(super) url: String,
    pub(super) status: u16,
}

/// One argument of a handler.
pub(crate) struct Argument {
    /// The one name that its pattern binds, or nothing.
    pub(super) name: String,
    pub(super) ty: Type,
    /// The function of `#[extract(..)]`.
    pub(super) extract: Option<Expr>,
    /// Its own pipes.
    pub(super) enhancers: Enhancers,
}
