//! Cursors: what an `id` on the wire says, and who may say it.

mod error;
mod key;
mod keyring;
mod keys;
mod principal;
#[cfg(test)]
mod tests;
mod text;

pub use error::CursorFault;
pub use key::CursorKey;
pub use keys::CursorKeys;
pub use principal::Principal;

pub(crate) use keyring::Keyring;
pub(crate) use text::{
    Changes, Cursor, Place, TopicTag, changed_text_bytes_max, read, text_bytes_max, write, write_changed, write_over,
};
