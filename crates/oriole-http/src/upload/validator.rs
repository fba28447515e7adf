//! Rules of the application's own.

use super::FilePart;
use futures_util::future::BoxFuture;
use std::future::Future;

/// A check of one file, beside size and type (`UPL.7`).
///
/// Give it to [`UploadRules::validator`](super::UploadRules::validator). It runs when the file has arrived, before anybody
/// keeps it; several run in the order in which they were given. A file in memory or in a temporary folder can be read; of
/// one on its way into a storage there is its [`head`](FilePart::head).
///
/// # Cancel safety
///
/// The future is dropped when the client leaves.
///
/// # Examples
///
/// ```
/// use oriole_http::upload::{FilePart, FileValidator, UploadRules};
///
/// struct NotEmpty;
/// impl FileValidator for NotEmpty {
///     async fn is_valid(&self, file: &FilePart) -> bool {
///         file.size() > 0
///     }
///
///     fn error_message(&self, file: &FilePart) -> String {
///         format!("Validation failed ({} is empty)", file.field())
///     }
/// }
///
/// let rules = UploadRules::new().field("avatar", 1).max_size(1000).mime("image/*").validator(NotEmpty);
/// # let _ = rules;
/// ```
pub trait FileValidator: Send + Sync + 'static {
    /// Whether the file is taken.
    fn is_valid(&self, file: &FilePart) -> impl Future<Output = bool> + Send;

    /// What the client reads of one that is not.
    fn error_message(&self, file: &FilePart) -> String;
}

/// [`FileValidator`] with its future boxed.
pub(super) trait DynFileValidator: Send + Sync {
    fn is_valid<'a>(&'a self, file: &'a FilePart) -> BoxFuture<'a, bool>;
    fn error_message(&self, file: &FilePart) -> String;
}

impl<V: FileValidator> DynFileValidator for V {
    fn is_valid<'a>(&'a self, file: &'a FilePart) -> BoxFuture<'a, bool> {
        Box::pin(FileValidator::is_valid(self, file))
    }

    fn error_message(&self, file: &FilePart) -> String {
        FileValidator::error_message(self, file)
    }
}
