//! The rules of a type, if it has some, and how it is written, if it can be.

use serde::Serialize;
use serde_json::Value;
use std::marker::PhantomData;

/// Checks a value: the path and the message of each rule that is broken.
pub type Rules<T> = fn(&T) -> Vec<(String, String)>;

/// Writes a value as look-ups see it.
pub type Show<T> = fn(&T) -> Option<Value>;

/// `RuleProbe::<T>::RULES` is `Some` where `T` has rules, else `None`; `SHOWN` where it can be written.
#[derive(Debug)]
pub struct RuleProbe<T>(PhantomData<fn() -> T>);

/// The fall-back of [`RuleProbe`]: the type has no rules, or cannot be written.
pub trait Unruled<T> {
    /// None.
    const RULES: Option<Rules<T>> = None;
    /// Not at all.
    const SHOWN: Option<Show<T>> = None;
}
impl<T> Unruled<T> for RuleProbe<T> {}

impl<T: Serialize> RuleProbe<T> {
    /// By serde.
    pub const SHOWN: Option<Show<T>> = Some(|value| serde_json::to_value(value).ok());
}

#[cfg(feature = "validation")]
impl<T: garde::Validate<Context = ()>> RuleProbe<T> {
    /// Those of garde.
    pub const RULES: Option<Rules<T>> = Some(|value| {
        let report = value.validate().err().into_iter().flat_map(garde::Report::into_inner);
        let dotted = |path: garde::Path| path.to_string().replace('[', ".").replace(']', "");
        report.map(|(path, error)| (dotted(path), error.message().to_owned())).collect()
    });
}
