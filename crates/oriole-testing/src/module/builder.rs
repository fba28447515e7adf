//! From a module to a testing module.

use super::TestingModule;
use super::overrides::{OverrideEnhancer, OverrideModule, OverrideProvider, short_name};
use crate::log::Log;
use crate::unit::{Mocker, Sociable, UnitBuilder};
use crate::{Error, Result};
use futures_util::future::BoxFuture;
use oriole_core::graph::Plan;
use oriole_core::{
    BoxError, Injectable, Instance, Location, Module, ModuleDescriptor, Overrides, Reach, Replacement, Token,
    TokenDescriptor,
};
use oriole_http::__private::{DynFilter, DynGuard, DynInterceptor, DynPipe, boot};
use std::any::type_name;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use tracing::Dispatch;

/// Begins a test.
#[derive(Debug)]
#[non_exhaustive]
pub struct Test;

impl Test {
    /// A test of the application below a module (`TST.2`).
    ///
    /// What is built is what `Oriole::create` builds, by the same code. The compiler checks the module where it is a `root`;
    /// otherwise, and for what a test replaces, the check runs at [`compile`](TestBuilder::compile), with the same words.
    pub fn module<M: Module>() -> TestBuilder {
        TestBuilder::new(M::module())
    }

    /// A test of one class, with stand-ins for everything that it needs (`RSU.1`). A class that it needs is a need like any
    /// other, and never real unless the test gives it as a value.
    #[track_caller]
    pub fn solitary<P: Injectable>() -> UnitBuilder<P> {
        UnitBuilder::new()
    }

    /// A test of one class together with others as they are, which [`UnitBuilder::expose`] names; the rest has stand-ins
    /// (`RSU.2`).
    #[track_caller]
    pub fn sociable<P: Injectable>() -> UnitBuilder<P, Sociable> {
        UnitBuilder::new()
    }
}

/// What a test puts in the place of an application's parts.
///
/// Each `override_` method takes what is replaced; the method after it says by what, and gives the builder back. Of two for one
/// thing the later counts. One that
/// replaces nothing is an error of [`compile`](Self::compile), `ORI015`, that names its place. Modules that are loaded late have
/// the overrides as well, but are not looked at for that.
#[must_use = "a test begins when it is compiled"]
pub struct TestBuilder {
    root: &'static ModuleDescriptor,
    overrides: Overrides,
    /// In the order in which they were written: of two for one thing the later counts.
    replaced: Vec<(Target, With)>,
    log: Option<Log>,
    patience: Duration,
}

/// The default of [`TestBuilder::patience`].
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// What stands in the place of something.
pub(super) enum With {
    At(Replacement),
    /// It is made when the test is compiled.
    Made(BoxFuture<'static, Result<Replacement, BoxError>>),
}

/// What is replaced.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) what: &'static str,
    pub(super) name: String,
    pub(super) token: TokenDescriptor,
    pub(super) reach: Reach,
    pub(super) at: Location,
}

macro_rules! enhancers {
    ($($name:ident $Dyn:ident $what:literal;)*) => {$(
        #[doc = concat!("Replaces ", $what, " wherever it is named by its type: around handlers, and as one of the whole application.")]
        ///
        /// One that is given as an expression, `new(..)` for example, has no type to be found by.
        #[track_caller]
        pub fn $name<T: ?Sized + 'static>(self) -> OverrideEnhancer<T, dyn $Dyn> {
            let (token, reach) = (of::<T>(), Reach::Around(std::any::TypeId::of::<dyn $Dyn>()));
            let what = $what.split_once(' ').map_or($what, |(_, word)| word);
            OverrideEnhancer::new(self, Target { what, name: short_name(type_name::<T>()), token, reach, at: caller() })
        }
    )*};
}

impl TestBuilder {
    fn new(root: &'static ModuleDescriptor) -> Self {
        Self { root, overrides: Overrides::default(), replaced: Vec::new(), log: None, patience: PATIENCE }
    }

    /// Replaces what is provided as a `T`, in every module that provides it (`TST.4`).
    ///
    /// What shares its instance follows: where `PgCats` and `PgCats as dyn CatsRepo` are listed, an override of `PgCats` is an
    /// override of both, and one of `dyn CatsRepo` of that alone.
    #[track_caller]
    pub fn override_provider<T: ?Sized + Send + Sync + 'static>(self) -> OverrideProvider<T> {
        let (token, reach, name) = (of::<T>(), Reach::Provided, short_name(type_name::<T>()));
        OverrideProvider::new(self, Target { what: "provider", name, token, reach, at: caller() })
    }

    /// Replaces what is provided under a named token.
    #[track_caller]
    pub fn override_token<T: ?Sized + Send + Sync + 'static>(self, token: Token<T>) -> OverrideProvider<T> {
        let (token, reach) = (token.descriptor(), Reach::Provided);
        let name = token.name.to_owned();
        OverrideProvider::new(self, Target { what: "token", name, token, reach, at: caller() })
    }

    enhancers! {
        override_guard DynGuard "a guard";
        override_interceptor DynInterceptor "an interceptor";
        override_pipe DynPipe "a pipe";
        override_filter DynFilter "a filter";
    }

    /// Replaces a module wherever it is imported, by its name or by a call, which is not evaluated then.
    #[track_caller]
    pub fn override_module<M: Module>(self) -> OverrideModule<M> {
        OverrideModule::new(self, caller())
    }

    /// Asks for a stand-in for each need that nothing meets, once for each token (`TST.6`).
    ///
    /// Two needs of one token get the same, and [`TestingModule::get`] finds it. What comes with a request is never missing:
    /// give it to a [`ContextId`](oriole_core::ContextId).
    pub fn use_mocker(mut self, mocker: impl Mocker) -> Self {
        self.overrides.mocker(move |missing| mocker.mock(missing));
        self
    }

    /// Where the log goes; only errors are shown unless it is said, and nothing is changed where a subscriber is set.
    ///
    /// It is that of everything which the test waits for. Over a socket the server's own tasks log to the subscriber of the
    /// process.
    pub fn logger(mut self, subscriber: impl Into<Dispatch>) -> Self {
        self.log = Some(Log::to(subscriber.into()));
        self
    }

    /// How long anything may take that the test waits for; 30 s by default. What takes longer is an error.
    ///
    /// It is measured by tokio's clock: where that is paused, a wait for what never comes ends at once.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Checks the graph with what is replaced, and builds every provider. No hook runs yet.
    ///
    /// # Errors
    ///
    /// - [`Error::Boot`]: as [`Oriole::create`](oriole_http::Oriole::create), and with `ORI015` for what replaces nothing.
    /// - [`Error::Factory`] if a factory of the test fails.
    /// - [`Error::TooLong`] if the factories are not done in time.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops what was built so far.
    pub async fn compile(mut self) -> Result<TestingModule> {
        let log = self.log.take().unwrap_or_else(Log::quiet);
        let patience = self.patience;
        match log.of(timeout(patience, self.build())).await {
            Ok(built) => Ok(TestingModule::new(built?, log, patience)),
            Err(_) => Err(Error::TooLong { what: "the factories", patience }),
        }
    }

    async fn build(mut self) -> Result<(oriole_core::Container, Location)> {
        let root = self.root;
        for (target, with) in self.replaced {
            let Target { what, name, token, reach, at } = target;
            let with = match with {
                With::At(with) => with,
                With::Made(make) => match make.await {
                    Ok(with) => with,
                    Err(source) => return Err(Error::Factory { provider: name, at, source }),
                },
            };
            self.overrides.provider(what, name, &token, reach, with, at);
        }
        let plan = Plan::overridden(root, None, self.overrides).await?;
        Ok((boot(plan).await?, root.at))
    }

    pub(super) fn replace(mut self, target: Target, with: With) -> Self {
        self.replaced.push((target, with));
        self
    }

    pub(super) fn overrides(&mut self) -> &mut Overrides {
        &mut self.overrides
    }
}

fn of<T: ?Sized + 'static>() -> TokenDescriptor {
    TokenDescriptor::of::<T>(None, type_name::<T>())
}

#[track_caller]
fn caller() -> Location {
    let at = std::panic::Location::caller();
    Location { file: at.file(), line: at.line(), column: at.column() }
}

/// Takes the type off.
pub(super) fn instance<T: ?Sized + Send + Sync + 'static>(value: Arc<T>) -> Instance {
    Instance::new(value)
}

impl fmt::Debug for TestBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestBuilder")
            .field("root", &self.root.name)
            .field("overrides", &self.overrides)
            .field("replaced", &self.replaced.iter().map(|(target, _)| &target.name).collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
