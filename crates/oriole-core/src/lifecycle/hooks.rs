//! How a descriptor learns which hooks a type implements.

use super::{
    BeforeApplicationShutdown, OnApplicationBootstrap, OnApplicationShutdown, OnModuleDestroy, OnModuleInit, Signal,
};
use crate::descriptor::{MethodDescriptor, Methods};
use crate::inject::{BoxError, Instance};
use futures_util::future::BoxFuture;
use std::marker::PhantomData;

/// A hook with its type taken off. `None` if the instance is not what the descriptor said.
pub type HookFn = for<'a> fn(&'a Instance, Option<Signal>) -> Option<BoxFuture<'a, Result<(), BoxError>>>;

/// The hooks of one provider, and its methods that something else than a route calls.
#[derive(Clone, Copy, Debug, Default)]
#[allow(missing_docs, reason = "each hook is named as its trait, which has the words")]
pub struct Hooks {
    pub on_module_init: Option<HookFn>,
    pub on_application_bootstrap: Option<HookFn>,
    pub on_module_destroy: Option<HookFn>,
    pub before_application_shutdown: Option<HookFn>,
    pub on_application_shutdown: Option<HookFn>,
    pub methods: &'static [MethodDescriptor],
}

impl Hooks {
    /// No hook.
    pub const NONE: Self = Self {
        on_module_init: None,
        on_application_bootstrap: None,
        on_module_destroy: None,
        before_application_shutdown: None,
        on_application_shutdown: None,
        methods: &[],
    };
}

/// `HookProbe::<T>::ON_MODULE_INIT` is `Some` where `T` implements [`OnModuleInit`], else `None`; likewise the others.
#[derive(Debug)]
pub struct HookProbe<T: ?Sized>(PhantomData<fn() -> Box<T>>);

/// The fall-back of [`HookProbe`]: the type has no such hook.
#[allow(missing_docs, reason = "each constant is named as its trait, which has the words")]
pub trait Unhooked {
    const ON_MODULE_INIT: Option<HookFn> = None;
    const ON_APPLICATION_BOOTSTRAP: Option<HookFn> = None;
    const ON_MODULE_DESTROY: Option<HookFn> = None;
    const BEFORE_APPLICATION_SHUTDOWN: Option<HookFn> = None;
    const ON_APPLICATION_SHUTDOWN: Option<HookFn> = None;
    const METHODS: &'static [MethodDescriptor] = &[];
}
impl<T: ?Sized> Unhooked for HookProbe<T> {}

#[allow(missing_docs, reason = "named as in its trait, which has the words")]
impl<T: Methods> HookProbe<T> {
    pub const METHODS: &'static [MethodDescriptor] = T::METHODS;
}

macro_rules! hook {
    ($trait:ident, $constant:ident, |$this:ident, $signal:ident| $call:expr) => {
        #[allow(missing_docs, reason = "named as its trait, which has the words")]
        impl<T: $trait + 'static> HookProbe<T> {
            pub const $constant: Option<HookFn> =
                Some(|instance, $signal| instance.get::<T>().map(|$this| Box::pin($call) as BoxFuture<'_, _>));
        }
    };
}
hook!(OnModuleInit, ON_MODULE_INIT, |this, _signal| this.on_module_init());
hook!(OnApplicationBootstrap, ON_APPLICATION_BOOTSTRAP, |this, _signal| this.on_application_bootstrap());
hook!(OnModuleDestroy, ON_MODULE_DESTROY, |this, _signal| this.on_module_destroy());
hook!(BeforeApplicationShutdown, BEFORE_APPLICATION_SHUTDOWN, |this, signal| this.before_application_shutdown(signal));
hook!(OnApplicationShutdown, ON_APPLICATION_SHUTDOWN, |this, signal| this.on_application_shutdown(signal));
