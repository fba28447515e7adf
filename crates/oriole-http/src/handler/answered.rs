//! The type of what a handler gave, so that the compiler picks what becomes of it.
//!
//! At the place where generated code calls `split` and `reply` the type is concrete. It calls them on `&&&&&&answered(&value)`,
//! and the traits are implemented for one reference less each, in the order of their rank: a method call takes the first whose
//! trait the type satisfies. That is how a `Response` goes out as it is, a `Serialize` value as JSON, and anything else is
//! refused in our own words. References rather than wrappers, because rustc makes code for each wrapper of each type.

use std::fmt;
use std::marker::PhantomData;

/// Stands for a type.
pub struct Answered<T>(PhantomData<fn() -> T>);

/// The type of a value.
#[must_use]
pub fn answered<T>(_: &T) -> Answered<T> {
    Answered(PhantomData)
}

impl<T> fmt::Debug for Answered<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answered")
    }
}
