//! The rules of a type, if it has some.

use std::marker::PhantomData;

/// Checks a value: the path and the message of each rule that is broken.
pub type Rules<T> = fn(&T) -> Vec<(String, String)>;

/// `RuleProbe::<T>::RULES` is `Some` where `T` has rules, else `None`.
#[derive(Debug)]
pub struct RuleProbe<T>(PhantomData<fn() -> T>);

/// The fall-back of [`RuleProbe`]: the type has no rules.
pub trait Unruled<T> {
    /// None.
    const RULES: Option<Rules<T>> = None;
}
impl<T> Unruled<T> for RuleProbe<T> {}

#[cfg(feature = "validation")]
impl<T: garde::Validate<Context = ()>> RuleProbe<T> {
    /// Those of garde.
    pub const RULES: Option<Rules<T>> = Some(|value| {
        let report = value.validate().err().into_iter().flat_map(garde::Report::into_inner);
        let dotted = |path: garde::Path| path.to_string().replace('[', ".").replace(']', "");
        report.map(|(path, error)| (dotted(path), error.message().to_owned())).collect()
    });
}
