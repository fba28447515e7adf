//! Stand-ins by the type that they stand for.

use super::generated::StandIn;
use oriole_core::{Missing, Mock, Token};
use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// Supplies stand-ins for needs that nothing meets: [`Mocks`], or a function of what is [`Missing`].
///
/// # Examples
///
/// ```
/// use oriole_testing::{Missing, Mock, Mocker};
/// use std::sync::Arc;
///
/// fn settings(missing: &Missing) -> Option<Mock> {
///     missing.mock::<String>(|| Arc::new(format!("{} for {}", missing.member(), missing.consumer())))
/// }
///
/// fn takes(_: impl Mocker) {}
/// takes(settings);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` supplies no stand-ins",
    label = "neither `Mocks` nor a function",
    note = "give `Mocks::new()..`, or a function `|missing: &Missing| -> Option<Mock>`"
)]
pub trait Mocker: Send + Sync + 'static {
    /// A stand-in, or nothing: then the need stays unmet.
    fn mock(&self, missing: &Missing) -> Option<Mock>;
}

#[diagnostic::do_not_recommend]
impl<F: Fn(&Missing) -> Option<Mock> + Send + Sync + 'static> Mocker for F {
    fn mock(&self, missing: &Missing) -> Option<Mock> {
        self(missing)
    }
}

/// Stand-ins by the type or token that they stand for.
///
/// A clone is the same set: give one to the test, and keep one to ask for what was made. See
/// [`MockFn`](crate::MockFn) for stand-ins whose behaviour a test sets, and whose calls it reads. Mocks that the crate
/// `mockall` makes of a trait are given by [`value`](Self::value), with their expectations set: it checks them when the last
/// clone is dropped.
///
/// # Examples
///
/// ```
/// use oriole::prelude::*;
/// use oriole_testing::{MockFn, Mocks, Test};
/// use std::sync::Arc;
///
/// #[token]
/// pub trait Clock: Send + Sync {
///     fn hour(&self) -> u32;
/// }
///
/// #[injectable]
/// pub struct Greeter {
///     clock: Arc<dyn Clock>,
/// }
///
/// impl Greeter {
///     fn greet(&self) -> &'static str {
///         if self.clock.hour() < 12 { "good morning" } else { "good day" }
///     }
/// }
///
/// #[derive(Default)]
/// struct FakeClock {
///     hour: MockFn<(), u32>,
/// }
///
/// impl Clock for FakeClock {
///     fn hour(&self) -> u32 {
///         self.hour.call(())
///     }
/// }
///
/// #[module(providers = [Greeter])]
/// pub struct GreetingModule;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> oriole_testing::Result {
/// let mocks = Mocks::new().of::<dyn Clock, FakeClock>(|clock| clock);
/// let test = Test::module::<GreetingModule>().use_mocker(mocks.clone()).compile().await?;
///
/// mocks.get::<FakeClock>().hour.returns(15);
/// assert_eq!(test.get::<Greeter>()?.greet(), "good day");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Mocks {
    auto: bool,
    rules: Vec<Arc<Rule>>,
    made: Arc<Mutex<HashMap<TypeId, Made>>>,
}

type Rule = dyn Fn(&Missing) -> Option<Mock> + Send + Sync;
type Made = Arc<dyn Any + Send + Sync>;

impl Mocks {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The stand-ins of all traits that are marked [`#[automock]`](macro@crate::automock); what is added counts before them.
    ///
    /// Use it for a module; a test of one class has them anyway.
    #[must_use]
    pub fn auto() -> Self {
        Self { auto: true, ..Self::default() }
    }

    /// An `M` for whoever needs a `T`, made by its `Default`: `of::<dyn Cats, FakeCats>(|cats| cats)`. All get the same one, and
    /// [`get`](Self::get) finds it.
    #[must_use]
    pub fn of<T: ?Sized + Send + Sync + 'static, M: Default + Send + Sync + 'static>(
        self,
        convert: fn(Arc<M>) -> Arc<T>,
    ) -> Self {
        let made = Arc::clone(&self.made);
        self.rule(move |missing| missing.mock(|| convert(one::<M>(&made))))
    }

    /// What stands for a `T`.
    #[must_use]
    pub fn value<T: ?Sized + Send + Sync + 'static>(self, value: Arc<T>) -> Self {
        self.rule(move |missing| missing.mock(|| Arc::clone(&value)))
    }

    /// A `T` itself, made by its `Default`: for options and the like, which need no stand-in.
    #[must_use]
    pub fn default_of<T: Default + Send + Sync + 'static>(self) -> Self {
        self.of::<T, T>(|value| value)
    }

    /// What stands for a named token.
    #[must_use]
    pub fn token<T: ?Sized + Send + Sync + 'static>(self, token: Token<T>, value: Arc<T>) -> Self {
        self.rule(move |missing| missing.mock_token(token, || Arc::clone(&value)))
    }

    /// The stand-in of a type, to set what it does and to read what was asked of it; the one that the test's subject has. It is
    /// made if nobody has needed it yet.
    #[must_use]
    pub fn get<M: Default + Send + Sync + 'static>(&self) -> Arc<M> {
        one::<M>(&self.made)
    }

    /// The stand-in of a type, if somebody has needed it.
    pub(super) fn made<M: Send + Sync + 'static>(&self) -> Option<Arc<M>> {
        known(&self.made.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn rule(mut self, rule: impl Fn(&Missing) -> Option<Mock> + Send + Sync + 'static) -> Self {
        self.rules.push(Arc::new(rule));
        self
    }
}

impl Mocker for Mocks {
    /// The latest rule counts.
    fn mock(&self, missing: &Missing) -> Option<Mock> {
        let ruled = self.rules.iter().rev().find_map(|rule| rule(missing));
        ruled.or_else(|| self.auto.then(|| StandIn::made_for(missing, self)).flatten())
    }
}

/// The one instance of a stand-in.
fn one<M: Default + Send + Sync + 'static>(made: &Mutex<HashMap<TypeId, Made>>) -> Arc<M> {
    if let Some(found) = known(&made.lock().unwrap_or_else(PoisonError::into_inner)) {
        return found;
    }
    // Made without the lock: its `Default` may be anything.
    let new = Arc::new(M::default());
    let mut made = made.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = known(&made) {
        return found;
    }
    made.insert(TypeId::of::<M>(), Arc::clone(&new) as Made);
    new
}

fn known<M: Send + Sync + 'static>(made: &HashMap<TypeId, Made>) -> Option<Arc<M>> {
    made.get(&TypeId::of::<M>()).cloned()?.downcast().ok()
}

impl fmt::Debug for Mocks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mocks").field("rules", &self.rules.len()).field("auto", &self.auto).finish_non_exhaustive()
    }
}
