//! What the markers say, as macros write it down.

use super::{DynFilter, DynGuard, DynInterceptor, ExceptionFilter, Guard, Interceptor};
use crate::pipe::{DynPipe, Pipe};
use crate::scope::PerRequest;
use oriole_core::{Instance, Location, ProviderDescriptor};
use std::any::{Any, TypeId, type_name};
use std::fmt;
use std::sync::Arc;

/// The enhancers of one controller, route or argument, in the order in which they were written.
#[derive(Clone, Copy, Debug)]
pub struct Enhancers {
    /// `#[use_guards(..)]`.
    pub guards: &'static [Enhancer<dyn DynGuard>],
    /// `#[use_interceptors(..)]`.
    pub interceptors: &'static [Enhancer<dyn DynInterceptor>],
    /// `#[use_pipes(..)]`.
    pub pipes: &'static [Enhancer<dyn DynPipe>],
    /// `#[use_filters(..)]`.
    pub filters: &'static [Enhancer<dyn DynFilter>],
    /// `#[meta(..)]`; evaluated once, at boot.
    pub meta: &'static [fn() -> AnyMeta],
    /// `#[run_to_end]`.
    pub run_to_end: bool,
}

impl Enhancers {
    /// None at all.
    pub const NONE: Self =
        Self { guards: &[], interceptors: &[], pipes: &[], filters: &[], meta: &[], run_to_end: false };
}

/// One entry of a marker.
pub struct Enhancer<T: ?Sized + 'static> {
    /// Where it comes from.
    pub(super) source: Source<T>,
    /// Where it was written.
    pub(super) at: Location,
}

/// Makes an enhancer of one that lives for a request, if its kind allows it.
pub(super) type Wrap<T> = fn(PerRequest<T>) -> Option<Arc<T>>;

pub(super) enum Source<T: ?Sized + 'static> {
    /// A type: the container has the instance.
    Type { provider: &'static ProviderDescriptor, pick: fn(&Instance) -> Option<Arc<T>>, per_request: Wrap<T> },
    /// An expression, evaluated at boot.
    Instance(fn() -> Arc<T>),
}

impl<T: ?Sized> Enhancer<T> {
    /// An expression.
    #[must_use]
    pub const fn instance(make: fn() -> Arc<T>, at: Location) -> Self {
        Self { source: Source::Instance(make), at }
    }
}

impl<T: ?Sized> Clone for Enhancer<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: ?Sized> Copy for Enhancer<T> {}

impl<T: ?Sized> Clone for Source<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: ?Sized> Copy for Source<T> {}

impl<T: ?Sized> fmt::Debug for Enhancer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Enhancer").field("at", &self.at).finish_non_exhaustive()
    }
}

macro_rules! kinds {
    ($($Trait:ident $Dyn:ident $Any:ident $by_type:ident $given:ident $per_request:expr;)*) => {$(
        #[doc = concat!("Any `", stringify!($Trait), "`.")]
        pub type $Any = Arc<dyn $Dyn>;

        #[doc = concat!("A `", stringify!($Trait), "` that is named by its type.")]
        #[must_use]
        pub const fn $by_type<T: $Trait>(provider: &'static ProviderDescriptor, at: Location) -> Enhancer<dyn $Dyn> {
            let pick = |instance: &Instance| match instance.get::<T>() {
                Some(found) => Some(Arc::clone(found) as $Any),
                // What a test put in its place.
                None => instance.get::<dyn $Dyn>().map(Arc::clone),
            };
            Enhancer { source: Source::Type { provider, pick, per_request: $per_request }, at }
        }

        #[doc = concat!("A `", stringify!($Trait), "` that is given.")]
        pub fn $given<T: $Trait>(given: T) -> $Any {
            Arc::new(given)
        }
    )*};
}
kinds! {
    Guard DynGuard AnyGuard guard_type guard |one| Some(Arc::new(one));
    Interceptor DynInterceptor AnyInterceptor interceptor_type interceptor |one| Some(Arc::new(one));
    Pipe DynPipe AnyPipe pipe_type pipe |_| None;
    ExceptionFilter DynFilter AnyFilter filter_type filter |_| None;
}

/// A value of `#[meta(..)]`, with its type taken off.
#[derive(Clone)]
pub struct AnyMeta {
    value: Arc<dyn Any + Send + Sync>,
    name: fn() -> &'static str,
}

impl AnyMeta {
    pub(super) fn get<T: 'static>(&self) -> Option<&T> {
        self.value.downcast_ref()
    }

    pub(super) fn type_id(&self) -> TypeId {
        (*self.value).type_id()
    }

    /// The type's name, without the path to it.
    pub(crate) fn name(&self) -> &'static str {
        let name = (self.name)();
        let generics = name.find('<').unwrap_or(name.len());
        name[..generics].rfind("::").map_or(name, |end| &name[end + 2..])
    }
}

impl fmt::Debug for AnyMeta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AnyMeta").field(&(self.name)()).finish()
    }
}

/// What `#[meta(..)]` takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be metadata, because threads cannot share it",
    label = "not `Send + Sync + 'static`",
    note = "`#[meta(..)]` takes a value of a type of your own, such as `#[meta(Roles(&[\"admin\"]))]`"
)]
pub trait MetaValue: Send + Sync + 'static {}
#[diagnostic::do_not_recommend]
impl<T: Send + Sync + 'static> MetaValue for T {}

/// Metadata.
pub fn meta<T: MetaValue>(value: T) -> AnyMeta {
    AnyMeta { value: Arc::new(value), name: type_name::<T> }
}
