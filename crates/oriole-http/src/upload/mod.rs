//! Uploads: files in `multipart/form-data`, checked while they arrive, in memory, on disk or in a storage.

mod defaults;
mod extract;
mod file;
mod folder;
#[cfg(feature = "object-store")]
mod object_store;
mod read;
mod rules;
mod storage;
mod validator;

#[cfg(feature = "object-store")]
pub use self::object_store::ObjectStorage;
pub use defaults::UploadDefaults;
pub use extract::{UploadedFile, UploadedFiles};
pub use file::FilePart;
pub use folder::FolderStorage;
pub use rules::{UploadRules, UploadSpec};
pub use storage::{Storage, StorageWriter, StoredBytes};
pub use validator::FileValidator;
