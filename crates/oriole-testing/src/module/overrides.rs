//! What stands in the place of what a test replaces.

use super::TestBuilder;
use super::builder::{Target, With, instance};
use oriole_core::{BoxError, DynamicModule, Injectable, Instance, Location, Module, Replacement};
use oriole_http::__private::{
    AnyFilter, AnyGuard, AnyInterceptor, AnyPipe, DynFilter, DynGuard, DynInterceptor, DynPipe, filter, guard,
    interceptor, pipe,
};
use oriole_http::{ExceptionFilter, Guard, Interceptor, Pipe};
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

/// Says what stands in the place of a provider.
#[must_use = "nothing is replaced until it is said by what"]
pub struct OverrideProvider<T: ?Sized> {
    test: TestBuilder,
    target: Target,
    _type: PhantomData<fn() -> Box<T>>,
}

/// Says what stands in the place of a guard, an interceptor, a pipe or a filter.
#[must_use = "nothing is replaced until it is said by what"]
pub struct OverrideEnhancer<T: ?Sized, D: ?Sized> {
    test: TestBuilder,
    target: Target,
    _type: PhantomData<fn() -> Box<T>>,
    _kind: PhantomData<fn() -> Box<D>>,
}

/// Says what stands in the place of a module.
#[must_use = "nothing is replaced until it is said by what"]
pub struct OverrideModule<M> {
    test: TestBuilder,
    at: Location,
    _module: PhantomData<fn() -> M>,
}

impl<T: ?Sized + Send + Sync + 'static> OverrideProvider<T> {
    pub(super) fn new(test: TestBuilder, target: Target) -> Self {
        Self { test, target, _type: PhantomData }
    }

    /// A value, which the test may keep a clone of. An `Arc<Fake>` stands for a `dyn Trait` that `Fake` implements.
    ///
    /// It lives as long as the application, whatever the provider it replaces; its hooks do not run.
    pub fn use_value(self, value: Arc<T>) -> TestBuilder {
        self.test.replace(self.target, With::At(Replacement::value::<T>(instance(value))))
    }

    /// What a factory makes when the test is compiled. One that has needs is a `#[provider]` function: see
    /// [`use_class`](Self::use_class).
    pub fn use_factory<F, Fut>(self, factory: F) -> TestBuilder
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = Result<Arc<T>, BoxError>> + Send + 'static,
    {
        let make = Box::pin(async move { Ok(Replacement::value::<T>(instance(factory().await?))) });
        self.test.replace(self.target, With::Made(make))
    }

    /// An `#[injectable]` struct or a `#[provider]` function that makes a `T`, built where the other would be, with what that
    /// module sees.
    ///
    /// For a `dyn Trait` it is a function that returns `Arc<dyn Trait>`, or a [value](Self::use_value).
    pub fn use_class<P: Injectable<Output = T>>(self) -> TestBuilder {
        self.test.replace(self.target, With::At(Replacement::class::<P>()))
    }
}

impl<T: ?Sized + 'static, D: ?Sized + Send + Sync + 'static> OverrideEnhancer<T, D> {
    pub(super) fn new(test: TestBuilder, target: Target) -> Self {
        Self { test, target, _type: PhantomData, _kind: PhantomData }
    }

    fn value(self, value: Arc<D>) -> TestBuilder {
        self.test.replace(self.target, With::At(Replacement::value_around::<T>(Instance::new(value))))
    }

    fn later(self, made: impl Future<Output = Result<Arc<D>, BoxError>> + Send + 'static) -> TestBuilder {
        let make = Box::pin(async move { Ok(Replacement::value_around::<T>(Instance::new(made.await?))) });
        self.test.replace(self.target, With::Made(make))
    }
}

macro_rules! kinds {
    ($($Trait:ident $Dyn:ident $Any:ident $make:ident;)*) => {$(
        impl<T: ?Sized + 'static> OverrideEnhancer<T, dyn $Dyn> {
            /// A value.
            pub fn use_value(self, value: impl $Trait) -> TestBuilder {
                self.value($make(value))
            }

            /// What a factory makes when the test is compiled.
            pub fn use_factory<F, Fut, E>(self, factory: F) -> TestBuilder
            where
                F: FnOnce() -> Fut + Send + 'static,
                Fut: Future<Output = Result<E, BoxError>> + Send + 'static,
                E: $Trait,
            {
                self.later(async move { Ok($make(factory().await?)) })
            }

            /// An `#[injectable]` struct, built where the other would be, with what that module sees.
            pub fn use_class<P>(self) -> TestBuilder
            where
                P: Injectable,
                P::Output: $Trait + Sized,
            {
                let convert = |built: Instance| match built.get::<P::Output>() {
                    Some(found) => Instance::new(Arc::clone(found) as $Any),
                    None => built,
                };
                self.test.replace(self.target, With::At(Replacement::class_as::<P>(convert)))
            }
        }
    )*};
}
kinds! {
    Guard DynGuard AnyGuard guard;
    Interceptor DynInterceptor AnyInterceptor interceptor;
    Pipe DynPipe AnyPipe pipe;
    ExceptionFilter DynFilter AnyFilter filter;
}

impl<M: Module> OverrideModule<M> {
    pub(super) fn new(test: TestBuilder, at: Location) -> Self {
        Self { test, at, _module: PhantomData }
    }

    /// Another module.
    pub fn use_module<N: Module>(self) -> TestBuilder {
        self.with::<N>(None)
    }

    /// Another module, as one of its constructors gives it.
    pub fn use_dynamic_module<N: Module>(self, module: DynamicModule<N>) -> TestBuilder {
        self.with(Some(module))
    }

    fn with<N: Module>(mut self, module: Option<DynamicModule<N>>) -> TestBuilder {
        self.test.overrides().module::<M, N>(module, self.at);
        self.test
    }
}

/// A type's name as it is written in a program: the paths are left out.
pub(crate) fn short_name(full: &str) -> String {
    let mut short = String::new();
    for part in full.split_inclusive(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')) {
        short.push_str(part.rsplit("::").next().unwrap_or(part));
    }
    short
}

impl<T: ?Sized> fmt::Debug for OverrideProvider<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OverrideProvider").field(&self.target).finish()
    }
}

impl<T: ?Sized, D: ?Sized> fmt::Debug for OverrideEnhancer<T, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OverrideEnhancer").field(&self.target).finish()
    }
}

impl<M> fmt::Debug for OverrideModule<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OverrideModule").field("at", &self.at).finish_non_exhaustive()
    }
}
