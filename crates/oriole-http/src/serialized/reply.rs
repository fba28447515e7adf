//! The reply.

use super::Exposed;
use super::rules::Filter;
use serde::ser::{Error as _, Serialize, Serializer};

/// A reply in JSON that shows only what its reader may see.
///
/// Return it from a handler in place of the value (`SER.1`). It serialises to what is shown, so it is also an event's data,
/// a field of another value, and what any other transport sends (`SER.8`). The value becomes a tree before it becomes a
/// text, which costs more than a plain reply: where nothing depends on who asks, return the value itself.
///
/// A rule is found only at the top and where [`FieldRule::Nested`](super::FieldRule::Nested) leads; a struct that is
/// merely contained has no rules, which is why the rules of a container name it. What holds for every reply of a controller
/// is a [`SerializerInterceptor`](super::SerializerInterceptor)'s.
#[derive(Clone, Debug)]
pub struct Serialized<T> {
    value: T,
    filter: Filter,
}

impl<T: Exposed> Serialized<T> {
    /// Shows a value to nobody in particular.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self { value, filter: Filter::default() }
    }

    /// Shows it to someone who has these groups.
    #[must_use]
    pub fn groups<G: Into<String>>(mut self, groups: impl IntoIterator<Item = G>) -> Self {
        self.filter.groups.extend(groups.into_iter().map(Into::into));
        self
    }

    /// Leaves out fields, at every depth, whose names begin so (`SER.5`).
    #[must_use]
    pub fn exclude_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.filter.prefixes.push(prefix.into());
        self
    }

    /// Leaves out fields, at every depth, that are null.
    #[must_use]
    pub fn without_nulls(mut self) -> Self {
        self.filter.drops_nulls = true;
        self
    }
}

impl<T: Exposed> Serialize for Serialized<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut tree = serde_json::to_value(&self.value).map_err(S::Error::custom)?;
        self.filter.apply(&mut tree, T::FIELDS);
        tree.serialize(serializer)
    }
}
