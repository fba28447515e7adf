//! One function of a stand-in.

use futures_util::future::BoxFuture;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many calls are kept; of more, the latest.
const CALLS_KEPT_MAX: usize = 10_000;

/// One function of a stand-in: a test says what it returns, before or after it is handed out, and reads how it was called.
///
/// A struct with one of these for each method of a trait is a stand-in for it: [`#[automock]`](macro@crate::automock) writes it, or
/// you do. Until a test says something else it returns the default of `R`. Arguments are one value, a tuple where there are
/// several. A clone is the same function.
///
/// # Examples
///
/// ```
/// use oriole_testing::MockFn;
///
/// let find = MockFn::<u32, Option<&str>>::default();
/// assert_eq!(find.call(1), None);
///
/// find.returns(Some("Tom")).returns_once(Some("Kitty"));
/// assert_eq!((find.call(2), find.call(3)), (Some("Kitty"), Some("Tom")));
///
/// find.does(|id| (id == 7).then_some("Lucky"));
/// assert_eq!((find.call(7), find.call(8)), (Some("Lucky"), None));
/// assert_eq!(find.calls(), [1, 2, 3, 7, 8]);
/// find.assert_called_with(&7);
/// ```
pub struct MockFn<A, R>(Arc<Mutex<State<A, R>>>);

struct State<A, R> {
    does: Arc<dyn Fn(A) -> R + Send + Sync>,
    once: VecDeque<R>,
    calls: VecDeque<A>,
    count: usize,
}

impl<A, R> MockFn<A, R> {
    /// A function that does this.
    #[must_use]
    pub fn new(does: impl Fn(A) -> R + Send + Sync + 'static) -> Self {
        let state = State { does: Arc::new(does), once: VecDeque::new(), calls: VecDeque::new(), count: 0 };
        Self(Arc::new(Mutex::new(state)))
    }

    /// Returns a clone of a value from now on.
    pub fn returns(&self, value: R) -> &Self
    where
        R: Clone + Send + Sync + 'static,
    {
        self.does(move |_| value.clone())
    }

    /// Returns a value to the next call, or to the one after those that are spoken for.
    pub fn returns_once(&self, value: R) -> &Self {
        self.state().once.push_back(value);
        self
    }

    /// Does this from now on.
    pub fn does(&self, does: impl Fn(A) -> R + Send + Sync + 'static) -> &Self {
        self.state().does = Arc::new(does);
        self
    }

    /// How often it was called.
    #[must_use]
    pub fn count(&self) -> usize {
        self.state().count
    }

    /// Keeps what it was called with, and answers.
    pub(super) fn called(&self, kept: A, arguments: A) -> R {
        let does = {
            let mut state = self.state();
            state.count += 1;
            if state.calls.len() == CALLS_KEPT_MAX {
                state.calls.pop_front();
            }
            state.calls.push_back(kept);
            if let Some(value) = state.once.pop_front() {
                return value;
            }
            Arc::clone(&state.does)
        };
        does(arguments)
    }

    fn state(&self) -> MutexGuard<'_, State<A, R>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<A: Clone, R> MockFn<A, R> {
    /// Calls it: what the stand-in's method does.
    pub fn call(&self, arguments: A) -> R {
        self.called(arguments.clone(), arguments)
    }

    /// Calls it when the future is awaited: what a method does that returns a `BoxFuture`. A future that nobody awaits is no
    /// call.
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole_testing::MockFn;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let find = MockFn::<u32, Option<&str>>::new(|id| (id == 7).then_some("Lucky"));
    /// drop(find.later(1));
    /// assert_eq!(find.later(7).await, Some("Lucky"));
    /// assert_eq!(find.calls(), [7]);
    /// # }
    /// ```
    #[must_use = "it is called when it is awaited"]
    pub fn later(&self, arguments: A) -> BoxFuture<'static, R>
    where
        A: Send + 'static,
        R: Send + 'static,
    {
        let this = self.clone();
        Box::pin(async move { this.call(arguments) })
    }

    /// The arguments of every call so far; of more than 10,000 the latest.
    #[must_use]
    pub fn calls(&self) -> Vec<A> {
        self.state().calls.iter().cloned().collect()
    }

    /// Checks that some call had these arguments.
    ///
    /// # Panics
    ///
    /// If none had.
    #[track_caller]
    pub fn assert_called_with(&self, arguments: &A) -> &Self
    where
        A: PartialEq + fmt::Debug,
    {
        let calls = self.calls();
        assert!(calls.contains(arguments), "no call with {arguments:?}; the calls were {calls:?}");
        self
    }
}

/// The same function.
impl<A, R> Clone for MockFn<A, R> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<A, R: Default> Default for MockFn<A, R> {
    fn default() -> Self {
        Self::new(|_| R::default())
    }
}

impl<A, R> fmt::Debug for MockFn<A, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        f.debug_struct("MockFn").field("count", &state.count).finish_non_exhaustive()
    }
}
