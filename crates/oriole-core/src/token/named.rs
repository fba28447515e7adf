//! Typed, named tokens: several values of one type in one module.

use super::{Key, TokenDescriptor};
use std::fmt;
use std::marker::PhantomData;

/// A named token for a value of type `T`, made by `#[token]` on a constant.
///
/// Use it where the type alone does not say which value is meant (two pools, a port, a URL); a type that is provided
/// once needs none.
///
/// ```text
/// #[token]
/// pub const PRIMARY: Token<Pool> = Token::new();
/// ```
pub struct Token<T: ?Sized> {
    name: Option<&'static str>,
    path: &'static str,
    _type: PhantomData<fn() -> Box<T>>,
}

impl<T: ?Sized + 'static> Token<T> {
    /// The right-hand side of a `#[token]` constant; the macro adds the name.
    ///
    /// Without `#[token]` it names nothing, and every look-up with it finds nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { name: None, path: "", _type: PhantomData }
    }

    /// What `#[token]` makes of [`Token::new`].
    #[doc(hidden)]
    #[must_use]
    pub const fn __named(self, path: &'static str, name: &'static str) -> Self {
        Self { name: Some(name), path, _type: PhantomData }
    }

    /// The token as the graph holds it.
    #[must_use]
    pub const fn descriptor(&self) -> TokenDescriptor {
        TokenDescriptor {
            key: Some(Key::of(self.path)),
            type_id: std::any::TypeId::of::<T>(),
            qualifier: Some(self.path),
            name: match self.name {
                Some(name) => name,
                None => "a token without `#[token]`",
            },
            many: false,
        }
    }
}

impl<T: ?Sized + 'static> Default for Token<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: ?Sized> Clone for Token<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: ?Sized> Copy for Token<T> {}

impl<T: ?Sized> fmt::Debug for Token<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Token").field(&self.name).finish()
    }
}

/// The type that `#[token]` puts beside a constant of the same name, so that lists of types can name it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a named token",
    label = "expected a constant marked `#[token]`",
    note = "write `#[token] pub const NAME: Token<Type> = Token::new();`"
)]
pub trait NamedToken: 'static {
    /// What the token stands for.
    type Target: ?Sized + Send + Sync + 'static;
    /// The token as the graph holds it.
    const TOKEN: TokenDescriptor;
}
