//! What belongs to a request, wherever code runs for it: in handlers and below them, and while its reply is sent.

mod body;
mod handle;
mod layer;
mod options;
mod store;

pub use handle::LocalStorage;
pub use layer::{Local, LocalStorageLayer};
pub use options::LocalStorageOptions;
pub use store::LocalStore;
