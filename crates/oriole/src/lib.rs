//! A backend framework with the architecture of NestJS, whose event streams survive.

#[doc(hidden)]
pub mod __private;

pub use oriole_macros::{injectable, main, module, provider, token};

/// What a program of Oriole imports.
pub mod prelude {
    pub use crate::{injectable, module, provider, token};
    pub use oriole_core::Token;
    pub use crate::__private::Oriole;
}
/// TEMP
pub type Result<T = (), E = oriole_core::BootError> = std::result::Result<T, E>;
