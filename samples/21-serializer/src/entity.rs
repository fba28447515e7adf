//! What is kept, and what of it is shown.

use oriole::{Exposed, FieldRule, Fields};
use serde::{Serialize, Serializer};

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct User {
    id: u32,
    first_name: String,
    last_name: String,
    /// Put together when the user is made.
    full_name: String,
    email: String,
    /// Never sent, whoever asks.
    #[serde(skip_serializing)]
    pub(crate) password: String,
    #[serde(serialize_with = "name")]
    role: Role,
}

impl Exposed for User {
    const FIELDS: Fields = &[("email", FieldRule::Groups(&["admin"]))];
}

#[derive(Clone)]
pub(crate) struct Role {
    pub(crate) id: u32,
    pub(crate) name: String,
}

impl Role {
    pub(crate) fn new(id: u32, name: &str) -> Self {
        Self { id, name: name.to_owned() }
    }
}

/// A role is told by its name.
fn name<S: Serializer>(role: &Role, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&role.name)
}

impl User {
    pub(crate) fn new(id: u32, first_name: &str, last_name: &str, email: &str, role: Role) -> Self {
        Self {
            id,
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            full_name: format!("{first_name} {last_name}"),
            email: email.to_owned(),
            password: "password".to_owned(),
            role,
        }
    }

    /// How many characters a reader of the log may know.
    pub(crate) fn described(&self) -> String {
        format!("user {} with role {} and a password of {} characters", self.id, self.role.id, self.password.len())
    }
}
