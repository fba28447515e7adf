//! A backend framework with the architecture of NestJS, whose event streams survive.

#[doc(hidden)]
pub mod __private;

pub use oriole_macros::{injectable, module, provider, token};

/// What a program of Oriole imports.
pub mod prelude {
    pub use crate::{injectable, module, provider, token};
    pub use oriole_core::Token;
}
