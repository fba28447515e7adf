//! Tokens for enhancers of the whole application that the container builds.

use super::{DynFilter, DynGuard, DynInterceptor};
use crate::pipe::DynPipe;
use oriole_core::{Key, NamedToken, Token, TokenDescriptor};

macro_rules! tokens {
    ($($name:ident $Dyn:ident $what:literal $example:literal;)*) => {$(
        #[doc = concat!("Makes ", $what, " of a provider, for the whole application: `", $example, " as ", stringify!($name), "`.")]
        ///
        /// Any number of them, in the `providers` of any module; each is built there and sees what that module sees.
        pub const $name: Token<dyn $Dyn> = Token::new();

        /// The constant's name among types.
        #[doc(hidden)]
        #[allow(non_camel_case_types, missing_debug_implementations, reason = "stands for the constant of this name")]
        pub struct $name {}

        impl NamedToken for $name {
            type Target = dyn $Dyn;
            const TOKEN: TokenDescriptor = {
                const PATH: &str = concat!(module_path!(), "::", stringify!($name));
                TokenDescriptor {
                    qualifier: Some(PATH),
                    many: true,
                    ..TokenDescriptor::of::<dyn $Dyn>(Some(Key::of(PATH)), stringify!($name))
                }
            };
        }
    )*};
}
tokens! {
    APP_GUARD DynGuard "a guard" "RolesGuard";
    APP_INTERCEPTOR DynInterceptor "an interceptor" "Logging";
    APP_PIPE DynPipe "a pipe" "Trim";
    APP_FILTER DynFilter "an exception filter" "AllErrors";
}
