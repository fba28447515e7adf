//! Uploads: files in `multipart/form-data`, checked while they arrive, in memory or on disk.

mod extract;
mod file;
mod read;
mod rules;

pub use extract::{UploadedFile, UploadedFiles};
pub use file::FilePart;
pub use rules::{UploadRules, UploadSpec};
