//! The needs of one provider, handed out in the order in which its descriptor lists them.

use super::{BoxError, Instance};
use crate::descriptor::NeedKind;
use crate::token::Key;
use std::any::type_name;
use std::collections::VecDeque;
use std::sync::Arc;

/// The instances that a provider needs, one after another.
#[derive(Debug, Default)]
pub struct Needs {
    instances: VecDeque<Option<Instance>>,
}

impl Needs {
    pub(crate) fn with_capacity(needs: usize) -> Self {
        Self { instances: VecDeque::with_capacity(needs) }
    }

    /// Adds the next one; `None` for one that is optional and not there.
    pub(crate) fn push(&mut self, found: Option<Instance>) {
        self.instances.push_back(found);
    }

    /// Leaves none, so that the room serves another provider.
    pub(crate) fn clear(&mut self) {
        self.instances.clear();
    }

    /// The next need, as its field wants it.
    ///
    /// # Errors
    ///
    /// If the container holds something else than the field's type: a fault of the framework, never of its user.
    pub fn take<I: Inject>(&mut self) -> Result<I, BoxError> {
        I::from_instance(self.instances.pop_front().flatten())
    }
}

/// Anything that may stand as an injected field, or as a parameter of a `#[provider]` function.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be injected",
    label = "not something the container can supply",
    note = "write a need as `Arc<T>`, `Arc<dyn Trait>`, `Option<Arc<T>>` or `Lazy<T>`",
    note = "a field that is not a need takes `#[inject(default)]`"
)]
pub trait Inject: Sized + Send + Sync + 'static {
    /// The token's type.
    type Target: ?Sized + Send + Sync + 'static;
    /// Whether the provider can do without.
    const OPTIONAL: bool;
    /// Who supplies it.
    const KIND: NeedKind = NeedKind::Provider;
    /// The token's identity within constants, where the type itself knows it; the macros find those of `Arc<T>` and `Lazy<T>`.
    const KEY: Option<Key> = None;
    /// Unwraps what the container found.
    ///
    /// # Errors
    ///
    /// If a required instance is absent or of another type.
    fn from_instance(found: Option<Instance>) -> Result<Self, BoxError>;
}

impl<T: ?Sized + Send + Sync + 'static> Inject for Arc<T> {
    type Target = T;
    const OPTIONAL: bool = false;

    fn from_instance(found: Option<Instance>) -> Result<Self, BoxError> {
        match &found {
            Some(found) => match found.get::<T>() {
                Some(value) => Ok(Self::clone(value)),
                None => Err(something_else(type_name::<T>())),
            },
            None => Err(nothing(type_name::<T>())),
        }
    }
}

impl<T: ?Sized + Send + Sync + 'static> Inject for Option<Arc<T>> {
    type Target = T;
    const OPTIONAL: bool = true;

    fn from_instance(found: Option<Instance>) -> Result<Self, BoxError> {
        let Some(found) = found else { return Ok(None) };
        match found.get::<T>() {
            Some(value) => Ok(Some(Arc::clone(value))),
            None => Err(something_else(type_name::<T>())),
        }
    }
}

// Apart, so that their code is made once and not for every type.

#[cold]
fn nothing(name: &str) -> BoxError {
    format!("nothing was built for `{name}`").into()
}

#[cold]
fn something_else(name: &str) -> BoxError {
    format!("the container holds something else than `{name}`").into()
}

/// A field of the right type for a named token.
#[diagnostic::on_unimplemented(
    message = "a token for `{T}` cannot fill a field of type `{Self}`",
    label = "the token stands for another type",
    note = "the field of a `Token<T>` is `Arc<T>` or `Option<Arc<T>>`"
)]
pub trait HoldsToken<T: ?Sized>: Inject {}
impl<T: ?Sized + Send + Sync + 'static> HoldsToken<T> for Arc<T> {}
impl<T: ?Sized + Send + Sync + 'static> HoldsToken<T> for Option<Arc<T>> {}
