//! From a class to an instance of it.

use super::mocks::{Mocker, Mocks};
use super::root::UnitModule;
use crate::log::Log;
use crate::{Error, Result};
use oriole_core::graph::Plan;
use oriole_core::{Container, DynamicModule, Injectable, Missing, Module, Overrides, Token};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// One class, and what stands for its needs.
///
/// There is no server and there are no guards, pipes or interceptors: what stands around handlers is for
/// [`Test::module`](crate::Test::module) (`RSU.5`).
///
/// # Examples
///
/// ```
/// use oriole::prelude::*;
/// use oriole_testing::{MockFn, Test};
/// use std::sync::Arc;
///
/// #[token]
/// pub trait CatsRepo: Send + Sync {
///     fn find(&self, id: u32) -> Option<String>;
/// }
///
/// #[injectable]
/// pub struct CatsService {
///     repo: Arc<dyn CatsRepo>,
/// }
///
/// impl CatsService {
///     fn name(&self, id: u32) -> String {
///         self.repo.find(id).unwrap_or_else(|| "nobody".to_owned())
///     }
/// }
///
/// #[derive(Default)]
/// struct FakeRepo {
///     find: MockFn<u32, Option<String>>,
/// }
///
/// impl CatsRepo for FakeRepo {
///     fn find(&self, id: u32) -> Option<String> {
///         self.find.call(id)
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> oriole_testing::Result {
/// let unit = Test::solitary::<CatsService>().mock::<dyn CatsRepo, FakeRepo>(|repo| repo).compile().await?;
///
/// assert_eq!(unit.name(1), "nobody");
/// unit.mock::<FakeRepo>().find.returns(Some("Tom".to_owned()));
/// assert_eq!(unit.name(2), "Tom");
/// unit.mock::<FakeRepo>().find.assert_called_with(&2);
/// # Ok(())
/// # }
/// ```
#[must_use = "a class is built when this is compiled"]
pub struct UnitBuilder<P> {
    module: DynamicModule<UnitModule>,
    mocks: Mocks,
    mocker: Option<Box<dyn Mocker>>,
    _class: std::marker::PhantomData<fn() -> P>,
}

/// One class that was built with stand-ins; it is used as the class itself.
pub struct Unit<T: ?Sized> {
    subject: Arc<T>,
    container: Container,
    mocks: Mocks,
}

impl<P: Injectable> UnitBuilder<P> {
    #[track_caller]
    pub(crate) fn new() -> Self {
        let module = DynamicModule::new().provider::<P>();
        Self { module, mocks: Mocks::new(), mocker: None, _class: std::marker::PhantomData }
    }

    /// An `M` for whoever needs a `T`: see [`Mocks::of`].
    pub fn mock<T: ?Sized + Send + Sync + 'static, M: Default + Send + Sync + 'static>(
        mut self,
        convert: fn(Arc<M>) -> Arc<T>,
    ) -> Self {
        self.mocks = self.mocks.of(convert);
        self
    }

    /// What stands for a `T`, with its behaviour set already: see [`Mocks::value`].
    pub fn mock_value<T: ?Sized + Send + Sync + 'static>(mut self, value: Arc<T>) -> Self {
        self.mocks = self.mocks.value(value);
        self
    }

    /// A `T` itself by its `Default`: see [`Mocks::default_of`].
    pub fn mock_default<T: Default + Send + Sync + 'static>(mut self) -> Self {
        self.mocks = self.mocks.default_of::<T>();
        self
    }

    /// What stands for a named token.
    pub fn mock_token<T: ?Sized + Send + Sync + 'static>(mut self, token: Token<T>, value: Arc<T>) -> Self {
        self.mocks = self.mocks.token(token, value);
        self
    }

    /// Whom to ask for what has no stand-in of its own: one set of [`Mocks`] for all tests of a crate, for example.
    pub fn use_mocker(mut self, mocker: impl Mocker) -> Self {
        self.mocker = Some(Box::new(mocker));
        self
    }

    /// Takes a class as it is, an `#[injectable]` struct or a `#[provider]` function; what it needs in turn is taken so as
    /// well, or has a stand-in (`RSU.2`).
    #[track_caller]
    pub fn expose<S: Injectable>(mut self) -> Self {
        self.module = self.module.provider::<S>();
        self
    }

    /// Builds the class. Its hooks do not run.
    ///
    /// # Errors
    ///
    /// - [`Error::Unmocked`] with every need that has no stand-in; what is optional may go without.
    /// - [`Error::Boot`] if a factory fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops what was built so far.
    pub async fn compile(self) -> Result<Unit<P::Output>>
    where
        P::Output: Sized,
    {
        let (name, unmet) = (P::PROVIDER.token.name, Arc::new(Mutex::new(Vec::new())));
        let (mocks, mocker, without) = (self.mocks.clone(), self.mocker, Arc::clone(&unmet));
        let mut overrides = Overrides::default();
        overrides.mocker(move |missing| {
            let mock = mocks.mock(missing).or_else(|| mocker.as_ref().and_then(|mocker| mocker.mock(missing)));
            if mock.is_none() && !missing.is_optional() {
                without.lock().unwrap_or_else(PoisonError::into_inner).push(*missing);
            }
            mock
        });
        let plan = Plan::overridden(UnitModule::module(), Some(self.module.into_parts()), overrides).await?;
        let needs = lines(&unmet.lock().unwrap_or_else(PoisonError::into_inner));
        if !needs.is_empty() {
            return Err(Error::Unmocked { unit: name, needs });
        }
        let container = Log::quiet().of(Container::build(plan)).await?;
        // What is request-scoped or transient is made, as a request would.
        let subject = container.module_ref().resolve::<P::Output>().await?;
        Ok(Unit { subject, container, mocks: self.mocks })
    }
}

fn lines(unmet: &[Missing]) -> String {
    let line = |need: &Missing| {
        format!("  `{}`, which `{}` needs\n    --> {} (`{}`)", need.name(), need.consumer(), need.at(), need.member())
    };
    unmet.iter().map(line).collect::<Vec<_>>().join("\n")
}

impl<T: ?Sized + Send + Sync + 'static> Unit<T> {
    /// The class, to hand it out.
    #[must_use]
    pub fn subject(&self) -> Arc<T> {
        Arc::clone(&self.subject)
    }

    /// What the class, or a class that was taken with it, has under a type: a stand-in as well (`RSU.3`).
    ///
    /// # Errors
    ///
    /// [`Error::Resolve`] if none of them needs it.
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
    #[must_use]
    pub fn mock<M: Default + Send + Sync + 'static>(&self) -> Arc<M> {
        self.mocks.get()
    }
}

impl<T: ?Sized> std::ops::Deref for Unit<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.subject
    }
}

impl<P> fmt::Debug for UnitBuilder<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnitBuilder").field("mocks", &self.mocks).finish_non_exhaustive()
    }
}

impl<T: ?Sized> fmt::Debug for Unit<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unit").field("class", &std::any::type_name::<T>()).finish_non_exhaustive()
    }
}
