//! From a class to an instance of it.

use super::built::Unit;
use super::generated::StandIn;
use super::mocks::{Mocker, Mocks};
use super::root::UnitModule;
use crate::log::Log;
use crate::module::PATIENCE;
use crate::{Error, Result};
use oriole_core::graph::Plan;
use oriole_core::{Container, ContextId, DynamicModule, Injectable, Missing, Module, Overrides, Token};
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::timeout;

/// One class, and what stands for its needs.
///
/// A trait that is marked [`#[automock]`](macro@crate::automock) has a stand-in already, also where the need is optional. What a test
/// names itself counts before it: latest first, then [`use_mocker`](Self::use_mocker), then what `#[automock]` wrote. What is
/// left over is an error that lists it. There is no server and there are no guards, pipes or interceptors: what stands around
/// handlers is for [`Test::module`](crate::Test::module) (`RSU.5`).
///
/// # Examples
///
/// ```
/// use oriole::prelude::*;
/// use oriole_testing::{Test, automock};
/// use std::sync::Arc;
///
/// #[automock] // in an application `#[cfg_attr(test, oriole_testing::automock)]`
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
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> oriole_testing::Result {
/// let unit = Test::solitary::<CatsService>().compile().await?;
///
/// assert_eq!(unit.name(1), "nobody");
/// unit.mock::<MockCatsRepo>().find.returns(Some("Tom".to_owned()));
/// assert_eq!(unit.name(2), "Tom");
/// unit.mock::<MockCatsRepo>().find.assert_called_with(&2);
/// # Ok(())
/// # }
/// ```
#[must_use = "a class is built when this is compiled"]
pub struct UnitBuilder<P, K = Solitary> {
    module: DynamicModule<UnitModule>,
    mocks: Mocks,
    mocker: Option<Box<dyn Mocker>>,
    context: ContextId,
    patience: Duration,
    _class: PhantomData<fn() -> (P, K)>,
}

/// A class alone: everything that it needs is a stand-in.
#[derive(Debug)]
#[non_exhaustive]
pub struct Solitary;

/// A class together with those that [`expose`](UnitBuilder::expose) names.
#[derive(Debug)]
#[non_exhaustive]
pub struct Sociable;

impl<P: Injectable, K> UnitBuilder<P, K> {
    #[track_caller]
    pub(crate) fn new() -> Self {
        let module = DynamicModule::new().provider::<P>();
        Self {
            module,
            mocks: Mocks::new(),
            mocker: None,
            context: ContextId::new(),
            patience: PATIENCE,
            _class: PhantomData,
        }
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

    /// What comes with a request, which is never a stand-in: `ContextId::new().with(Arc::new(parts))` is what
    /// `CurrentRequest` reads.
    pub fn context(mut self, context: &ContextId) -> Self {
        self.context = context.clone();
        self
    }

    /// How long the factories may take; 30 s by default, by tokio's clock.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Builds the class. Its hooks do not run.
    ///
    /// # Errors
    ///
    /// - [`Error::Unmocked`] with every need that has no stand-in; what is optional may go without.
    /// - [`Error::Boot`] if a factory fails, [`Error::Resolve`] if one of what is made for a request does, or if it needs what comes
    ///   with one and [`context`](Self::context) does not say.
    /// - [`Error::TooLong`] if the factories are not done in time.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops what was built so far.
    pub async fn compile(self) -> Result<Unit<P::Output>>
    where
        P::Output: Sized,
    {
        let patience = self.patience;
        match Log::quiet().of(timeout(patience, self.build())).await {
            Ok(built) => built,
            Err(_) => Err(Error::TooLong { what: "the factories", patience }),
        }
    }

    async fn build(self) -> Result<Unit<P::Output>>
    where
        P::Output: Sized,
    {
        let (name, unmet) = (P::PROVIDER.token.name, Arc::new(Mutex::new(Vec::new())));
        let (mocks, mocker, without) = (self.mocks.clone(), self.mocker, Arc::clone(&unmet));
        let mut overrides = Overrides::default();
        overrides.mocker(move |missing| {
            let asked = mocks.mock(missing).or_else(|| mocker.as_ref().and_then(|mocker| mocker.mock(missing)));
            let mock = asked.or_else(|| StandIn::made_for(missing, &mocks));
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
        let container = Container::build(plan).await?;
        // What is request-scoped or transient is made, as a request would.
        let subject = container.module_ref().resolve_in::<P::Output>(&self.context).await?;
        Ok(Unit::new(subject, container, self.mocks))
    }
}

impl<P: Injectable> UnitBuilder<P, Sociable> {
    /// Takes a class as it is, an `#[injectable]` struct or a `#[provider]` function; what it needs in turn is taken so as
    /// well, or has a stand-in (`RSU.2`).
    #[track_caller]
    pub fn expose<S: Injectable>(mut self) -> Self {
        self.module = self.module.provider::<S>();
        self
    }
}

fn lines(unmet: &[Missing]) -> String {
    let line = |need: &Missing| {
        format!("  `{}`, which `{}` needs\n    --> {} (`{}`)", need.name(), need.consumer(), need.at(), need.member())
    };
    unmet.iter().map(line).collect::<Vec<_>>().join("\n")
}

impl<P, K> fmt::Debug for UnitBuilder<P, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnitBuilder").field("mocks", &self.mocks).finish_non_exhaustive()
    }
}
