//! Which fields are shown to whom.

use serde::Serialize;
use serde_json::Value;

/// A value of which some fields are not for everybody.
///
/// Fields that are for nobody need none of this: `#[serde(skip_serializing)]` leaves them out of every reply, `rename` and
/// `serialize_with` rename and change them (`SER.2` to `SER.4`). This is for what depends on who asks. A field without a
/// rule is shown. `Vec<T>` and `Option<T>` have the rules of `T`.
///
/// # Examples
///
/// ```
/// use oriole_http::{Exposed, FieldRule, Fields, Serialized};
///
/// #[derive(serde::Serialize)]
/// struct User { name: &'static str, email: &'static str, password: &'static str }
///
/// impl Exposed for User {
///     const FIELDS: Fields = &[("email", FieldRule::Groups(&["admin", "self"])), ("password", FieldRule::Excluded)];
/// }
///
/// let ann = || User { name: "Ann", email: "ann@example.com", password: "secret" };
/// assert_eq!(serde_json::to_string(&Serialized::new(ann()))?, r#"{"name":"Ann"}"#);
/// let to_admins = Serialized::new(ann()).groups(["admin"]);
/// assert_eq!(serde_json::to_string(&to_admins)?, r#"{"email":"ann@example.com","name":"Ann"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub trait Exposed: Serialize {
    /// The rules, by the names that serde gives.
    const FIELDS: Fields;
}

/// The rules of a type, by the names of its fields.
pub type Fields = &'static [(&'static str, FieldRule)];

/// Who sees a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldRule {
    /// Nobody.
    Excluded,
    /// Those who have one of the groups.
    Groups(&'static [&'static str]),
    /// Everybody; the value, or each of a list of them, has rules of its own.
    Nested(Fields),
}

impl<T: Exposed> Exposed for Vec<T> {
    const FIELDS: Fields = T::FIELDS;
}

impl<T: Exposed> Exposed for Option<T> {
    const FIELDS: Fields = T::FIELDS;
}

/// What is taken out of one reply.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    pub(super) groups: Vec<String>,
    pub(super) prefixes: Vec<String>,
    pub(super) drops_nulls: bool,
}

impl Filter {
    /// Takes out what is not to be seen; the depth is that of the value, which serde_json has built already.
    pub(super) fn apply(&self, value: &mut Value, fields: &[(&str, FieldRule)]) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.apply(item, fields)),
            Value::Object(map) => {
                map.retain(|name, value| {
                    let rule = fields.iter().find(|(field, _)| field == name).map(|(_, rule)| *rule);
                    let is_shown = match rule {
                        Some(FieldRule::Excluded) => false,
                        Some(FieldRule::Groups(groups)) => {
                            groups.iter().any(|group| self.groups.iter().any(|given| given == group))
                        }
                        Some(FieldRule::Nested(_)) | None => true,
                    };
                    let is_dropped = self.prefixes.iter().any(|prefix| name.starts_with(prefix.as_str()))
                        || (self.drops_nulls && value.is_null());
                    if !is_shown || is_dropped {
                        return false;
                    }
                    let below = match rule {
                        Some(FieldRule::Nested(fields)) => fields,
                        _ => &[],
                    };
                    self.apply(value, below);
                    true
                });
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
}
