//! Tokens: constants and trait objects.

use crate::token::{Key, NamedToken, Token, TokenDescriptor};

/// What `#[token]` knows of a constant: the hidden struct beside it carries it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a named token",
    label = "expected a constant marked `#[token]`",
    note = "write `#[token] pub const NAME: Token<Type> = Token::new();`"
)]
pub trait Named: Sized + 'static {
    /// The constant's type.
    type Constant: NamedConstant<Self>;
    /// The constant itself: what makes rustc count it as used.
    const CONSTANT: Self::Constant;
    /// Module path and name.
    const PATH: &'static str;
    /// The name alone.
    const NAME: &'static str;
}

impl<N: Named> NamedToken for N {
    type Target = <N::Constant as NamedConstant<N>>::Target;
    const TOKEN: TokenDescriptor = <N::Constant as NamedConstant<N>>::TOKEN;
}

/// The value of a `#[token]` constant.
#[must_use]
pub const fn named<N: Named>() -> N::Constant {
    <N::Constant as NamedConstant<N>>::VALUE
}

/// The type of a `#[token]` constant.
#[diagnostic::on_unimplemented(
    message = "a constant marked `#[token]` is a `Token<T>`, not `{Self}`",
    label = "not a `Token<T>`",
    note = "write `#[token] pub const NAME: Token<Type> = Token::new();`"
)]
pub trait NamedConstant<N: Named>: Sized {
    /// What the token stands for.
    type Target: ?Sized + Send + Sync + 'static;
    /// The token with its name.
    const VALUE: Self;
    /// The token as the graph holds it.
    const TOKEN: TokenDescriptor;
}

impl<T: ?Sized + Send + Sync + 'static, N: Named> NamedConstant<N> for Token<T> {
    type Target = T;
    const VALUE: Self = Token::new().__named(N::PATH, N::NAME);
    const TOKEN: TokenDescriptor = <Self as NamedConstant<N>>::VALUE.descriptor();
}

/// What every token stands for: something that threads can share.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a token, because threads cannot share it",
    label = "not `Send + Sync`",
    note = "a trait says so itself: `trait Name: Send + Sync`"
)]
pub trait Shared {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized + Send + Sync + 'static> Shared for T {}

/// Passes the key of a token through, if threads can share what it stands for.
#[must_use]
pub const fn shared<T: ?Sized + Shared>(key: Key) -> Key {
    key
}
