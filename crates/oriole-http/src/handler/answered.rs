//! What a handler gave, wrapped so that the compiler picks what becomes of it.
//!
//! At the place where generated code calls `split` and `reply` the type is concrete. The wrappers below dereference to one
//! another, and a method call takes the first of them whose trait the type satisfies: that is how a `Response` goes out as
//! it is, a `Serialize` value as JSON, and anything else is refused in our own words.

use std::ops::{Deref, DerefMut};

/// Wraps a handler's value for `split` and `reply`.
#[allow(non_snake_case, reason = "generated code reads it as a wrapper; it is a function since the wrappers nest")]
pub fn Answered<T>(value: Option<T>) -> First<T> {
    First(Second(Third(Fourth(Fifth(Sixth(value))))))
}

macro_rules! levels {
    ($($level:ident -> $next:ident,)*) => {$(
        #[derive(Debug)]
        #[allow(missing_docs, reason = "a step of a ladder; the module says what for")]
        pub struct $level<T>(pub(super) $next<T>);

        impl<T> Deref for $level<T> {
            type Target = $next<T>;
            fn deref(&self) -> &$next<T> {
                &self.0
            }
        }

        impl<T> DerefMut for $level<T> {
            fn deref_mut(&mut self) -> &mut $next<T> {
                &mut self.0
            }
        }

        impl<T> $level<T> {
            pub(super) fn take(&mut self) -> T {
                self.0.take()
            }
        }
    )*};
}
levels! {
    First -> Second,
    Second -> Third,
    Third -> Fourth,
    Fourth -> Fifth,
    Fifth -> Sixth,
}

/// The last step.
#[derive(Debug)]
pub struct Sixth<T>(pub(super) Option<T>);

impl<T> Sixth<T> {
    /// Generated code calls once per wrapper.
    pub(super) fn take(&mut self) -> T {
        match self.0.take() {
            Some(value) => value,
            None => unreachable!("a handler's value is taken once"),
        }
    }
}
