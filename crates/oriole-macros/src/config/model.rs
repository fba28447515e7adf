//! What `#[config]` knows of a struct.

use syn::{ItemStruct, LitStr, Path};

/// A part of the configuration.
pub(crate) struct Config {
    pub(super) item: ItemStruct,
    /// What it is called in files; the top without it.
    pub(super) name: Option<LitStr>,
    /// What its variables begin with, if that does not follow from the name.
    pub(super) prefix: Option<LitStr>,
    /// The function that makes it.
    pub(super) load: Option<Path>,
}
