//! What `#[config]` makes of a struct.

use super::rules::{Rules, Show};
use crate::Env;
use oriole_core::{BoxError, InjectionToken, Location};
use serde::de::DeserializeOwned;

/// Makes a part of the configuration out of the environment.
pub type Load<T> = fn(&Env) -> Result<T, BoxError>;

/// A part of the configuration with a type: a struct marked `#[oriole::config(..)]`. Nobody implements it by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no part of the configuration",
    label = "no `#[config(..)]` stands on it",
    note = "put `#[oriole::config(\"name\")]` and `#[derive(Deserialize)]` on the struct"
)]
pub trait Namespace: DeserializeOwned + InjectionToken + Send + Sync + 'static {
    /// What it is called in files and by `get`: `database`. Empty for the top.
    const NAME: &'static str;
    /// What its variables begin with: `DATABASE_`.
    const PREFIX: &'static str;
    /// As its author wrote it.
    const TYPE: &'static str;
    /// Where it was written.
    const AT: Location;
    /// The rules that its type has.
    const RULES: Option<Rules<Self>> = None;
    /// Makes it by hand, in place of its fields' names (`registerAs`).
    const LOAD: Option<Load<Self>> = None;
    /// What look-ups see of it beside what files and variables say, if it can be written.
    const SHOWN: Option<Show<Self>> = None;
}

/// Takes the type off what a function of `#[config(load = ..)]` fails with.
#[doc(hidden)]
pub fn loaded<T, E: Into<BoxError>>(loaded: Result<T, E>) -> Result<T, BoxError> {
    loaded.map_err(Into::into)
}
