//! What `#[automock]` writes calls: traits decide what a stand-in keeps of a call, and how it answers.

use super::mock_fn::MockFn;
use super::mocks::Mocks;
use futures_util::future::BoxFuture;
use oriole_core::{Missing, Mock};
use std::marker::PhantomData;
use std::sync::Arc;

/// How the stand-in of a trait is made where a test names none. The graph carries it from the trait to whoever needs it.
#[derive(Clone, Copy, Debug)]
pub struct StandIn(fn(&Missing, &Mocks) -> Option<Mock>);

impl StandIn {
    /// An `M` for whoever needs a `T`.
    #[must_use]
    pub const fn of<T: ?Sized + Send + Sync + 'static, M: StandsFor<T>>() -> Self {
        Self(|missing, mocks| missing.mock(|| M::stand(mocks.get::<M>())))
    }

    /// The one in `mocks` for a need whose type has one.
    pub(super) fn made_for(missing: &Missing, mocks: &Mocks) -> Option<Mock> {
        let Self(make) = missing.stand_in()?.downcast_ref()?;
        make(missing, mocks)
    }
}

/// A stand-in that `#[automock]` has written.
pub trait StandsFor<T: ?Sized>: Default + Send + Sync + 'static {
    /// As what it stands for.
    fn stand(self: Arc<Self>) -> Arc<T>;
}

/// An argument that comes by value.
#[diagnostic::on_unimplemented(
    message = "a stand-in cannot keep an argument of the type `{Self}`",
    label = "not `Clone + Send + 'static`",
    note = "derive `Clone` for it, or write the stand-in by hand: a struct with a `MockFn` for each method"
)]
pub trait Given: Sized {
    /// Another of it.
    fn again(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone + Send + 'static> Given for T {
    fn again(&self) -> T {
        self.clone()
    }
}

/// What an argument lends: of `&str` it is `str`.
#[diagnostic::on_unimplemented(
    message = "a stand-in cannot keep an argument of the type `&{Self}`",
    label = "not `Clone + Send + 'static`",
    note = "derive `Clone` for it, or write the stand-in by hand: a struct with a `MockFn` for each method"
)]
pub trait Lent {
    /// What is kept.
    type Kept: Clone + Send + 'static;
    /// A clone of it.
    fn kept(&self) -> Self::Kept;
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized + ToOwned<Owned: Clone + Send + 'static>> Lent for T {
    type Kept = T::Owned;

    fn kept(&self) -> T::Owned {
        self.to_owned()
    }
}

/// What is kept of an argument, and the argument.
#[must_use]
pub fn given<T: Given>(argument: T) -> (T, T) {
    (argument.again(), argument)
}

/// What is kept of what an argument lends, and another for whoever answers.
#[must_use]
pub fn lent<T: ?Sized + Lent>(argument: &T) -> (T::Kept, T::Kept) {
    (argument.kept(), argument.kept())
}

/// `AnswerProbe::<R>::LATER` says whether `R` is a boxed future, under whatever alias.
#[derive(Debug)]
pub struct AnswerProbe<R>(PhantomData<fn() -> R>);

/// The fall-back of [`AnswerProbe`].
pub trait Sooner {
    /// No future.
    const LATER: bool = false;
}
impl<R> Sooner for AnswerProbe<R> {}

impl<T> AnswerProbe<BoxFuture<'static, T>> {
    /// A future.
    pub const LATER: bool = true;
}

/// What a method that returns `Self` is told to return; `LATER` comes from [`AnswerProbe`].
#[diagnostic::on_unimplemented(
    message = "a stand-in cannot return a value of the type `{Self}`",
    label = "not `Send`, and a stand-in is shared between threads",
    note = "return what is `Send`, such as an `Arc` for an `Rc` and a `BoxFuture` for a `LocalBoxFuture`"
)]
pub trait Answers<const LATER: bool>: Sized {
    /// What a test says: of a future it is the output.
    type Value;
    /// Calls the function, a future's when it is awaited.
    fn answer<A: Send + 'static>(function: &MockFn<A, Self::Value>, kept: A, arguments: A) -> Self;
}

#[diagnostic::do_not_recommend]
impl<R: Send> Answers<false> for R {
    type Value = R;

    fn answer<A: Send + 'static>(function: &MockFn<A, R>, kept: A, arguments: A) -> R {
        function.called(kept, arguments)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Send + 'static> Answers<true> for BoxFuture<'static, T> {
    type Value = T;

    fn answer<A: Send + 'static>(function: &MockFn<A, T>, kept: A, arguments: A) -> Self {
        let function = function.clone();
        Box::pin(async move { function.called(kept, arguments) })
    }
}

/// Finds what a function returns until a test says something else: `(&&&Usual::<R>::NEW).usual()`. A method of fewer
/// references is found first.
#[derive(Debug)]
pub struct Usual<R>(PhantomData<fn() -> R>);

impl<R> Usual<R> {
    /// The probe.
    pub const NEW: Self = Self(PhantomData);
}

/// The first choice.
pub trait UsualDefault<R> {
    /// The default of the type.
    fn usual(&self) -> Option<fn() -> R>;
}

impl<R: Default> UsualDefault<R> for &&Usual<R> {
    fn usual(&self) -> Option<fn() -> R> {
        Some(R::default)
    }
}

/// The second choice.
pub trait UsualOk<R> {
    /// Success with the default of its type.
    fn usual(&self) -> Option<fn() -> R>;
}

impl<T: Default, E> UsualOk<Result<T, E>> for &Usual<Result<T, E>> {
    fn usual(&self) -> Option<fn() -> Result<T, E>> {
        Some(|| Ok(T::default()))
    }
}

/// The last choice.
pub trait NothingUsual<R> {
    /// Nothing: the test must say.
    fn usual(&self) -> Option<fn() -> R>;
}

impl<R> NothingUsual<R> for Usual<R> {
    fn usual(&self) -> Option<fn() -> R> {
        None
    }
}

/// A function of a stand-in, which returns what is usual.
#[must_use]
pub fn function<A, R: 'static>(name: &'static str, usual: Option<fn() -> R>) -> MockFn<A, R> {
    match usual {
        Some(usual) => MockFn::new(move |_| usual()),
        None => {
            MockFn::new(move |_| panic!("the test has not said what `{name}` returns, and its type has no default"))
        }
    }
}
