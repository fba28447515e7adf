//! What may be uploaded.

use super::storage::Storage;
use super::validator::{DynFileValidator, FileValidator};
use crate::HttpException;
use http::StatusCode;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// What an argument takes; implement it for a marker type.
///
/// # Examples
///
/// ```
/// use oriole_http::upload::{UploadRules, UploadSpec};
///
/// struct Avatar;
/// impl UploadSpec for Avatar {
///     fn rules(base: UploadRules) -> UploadRules {
///         base.field("avatar", 1).max_size(100_000).mime("image/png").mime("image/jpeg")
///     }
/// }
///
/// assert!(format!("{:?}", Avatar::rules(UploadRules::new())).contains("image/png"));
/// ```
pub trait UploadSpec: Send + Sync + 'static {
    /// The rules, made from those of [`UploadDefaults`](super::UploadDefaults), or from [`UploadRules::new`] where there are
    /// none; asked once per request.
    #[must_use]
    fn rules(base: UploadRules) -> UploadRules;
}

/// The fields, sizes, counts and types of files that are taken, and where they go.
///
/// Every bound holds while the body arrives: what is too large is never read to its end.
#[derive(Clone)]
pub struct UploadRules {
    /// `None` takes every field.
    pub(super) fields: Option<Vec<(String, usize)>>,
    pub(super) files_max: usize,
    pub(super) file_bytes_max: u64,
    pub(super) max_size: Option<u64>,
    pub(super) types: Vec<String>,
    pub(super) trusts_clients: bool,
    pub(super) is_required: bool,
    pub(super) folder: Option<PathBuf>,
    /// With the prefix of the keys.
    pub(super) storage: Option<(Arc<dyn Storage>, String)>,
    pub(super) validators: Vec<Arc<dyn DynFileValidator>>,
    pub(super) text_bytes_max: usize,
    pub(super) texts_max: usize,
    status: StatusCode,
    factory: Option<Factory>,
}

type Factory = Arc<dyn Fn(String) -> HttpException + Send + Sync>;

impl UploadRules {
    /// How many files one request may have, by default.
    pub const FILES_MAX: usize = 32;
    /// How many bytes one file may have, by default.
    pub const FILE_BYTES_MAX: u64 = 1024 * 1024;
    /// How many fields of text one request may have, by default.
    pub const TEXTS_MAX: usize = 1000;
    /// How many bytes one field of text may have, by default.
    pub const TEXT_BYTES_MAX: usize = 64 * 1024;

    /// Takes no file yet: only texts, and any file is refused.
    #[must_use]
    pub fn new() -> Self {
        Self {
            fields: Some(Vec::new()),
            files_max: Self::FILES_MAX,
            file_bytes_max: Self::FILE_BYTES_MAX,
            max_size: None,
            types: Vec::new(),
            trusts_clients: false,
            is_required: true,
            folder: None,
            storage: None,
            validators: Vec::new(),
            text_bytes_max: Self::TEXT_BYTES_MAX,
            texts_max: Self::TEXTS_MAX,
            status: StatusCode::BAD_REQUEST,
            factory: None,
        }
    }

    /// Takes files of every field.
    #[must_use]
    pub fn any() -> Self {
        Self { fields: None, ..Self::new() }
    }

    /// Takes files of a field, so many at most; a further one is refused as an unexpected field, as in Nest.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>, files_max: usize) -> Self {
        self.fields.get_or_insert_default().push((name.into(), files_max));
        self
    }

    /// How many files there may be in all; 32 by default. One more is 400 `Too many files`.
    #[must_use]
    pub fn files_max(mut self, files: usize) -> Self {
        self.files_max = files;
        self
    }

    /// Validates that a file is smaller than so many bytes; one that is not is 400 (`UPL.8`, `UPL.10`).
    #[must_use]
    pub fn max_size(mut self, bytes: u64) -> Self {
        self.max_size = Some(bytes);
        self
    }

    /// How many bytes a file may have; 1 MiB by default. One more is 413 `File too large`.
    ///
    /// The application's `body_limit` bounds all of the body besides, and is 1 MiB by default as well.
    #[must_use]
    pub fn file_bytes_max(mut self, bytes: u64) -> Self {
        self.file_bytes_max = bytes;
        self
    }

    /// Validates a file's type by its first bytes (`UPL.8`); `image/*` is every image. Given several times, each is taken.
    ///
    /// Types without a signature, such as `text/plain`, are recognised only with
    /// [`trust_content_type`](Self::trust_content_type).
    #[must_use]
    pub fn mime(mut self, mime: impl Into<String>) -> Self {
        self.types.push(mime.into());
        self
    }

    /// Believes what a client says of a file's type, without looking at the file.
    #[must_use]
    pub fn trust_content_type(mut self) -> Self {
        self.trusts_clients = true;
        self
    }

    /// Takes a request without any file (`UPL.6`); for `UploadedFiles`. One file is made optional by an `Option`.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.is_required = false;
        self
    }

    /// Writes files into a folder, which is made where it is missing; without it they are kept in memory.
    ///
    /// Their names there are made up, and they are removed when nobody [persists](super::FilePart::persist) them, also when
    /// the client leaves halfway.
    #[must_use]
    pub fn to_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// Sends files on to a storage, under keys that are made up behind a prefix such as `photos/`.
    ///
    /// They are there when the handler is called, and stay until somebody [discards](super::FilePart::discard) them. Of a
    /// form that is refused or breaks off, none is.
    #[must_use]
    pub fn to_storage(mut self, storage: Arc<dyn Storage>, prefix: impl Into<String>) -> Self {
        self.storage = Some((storage, prefix.into()));
        self
    }

    /// Adds a check of the application's own; several run in the order in which they are given (`UPL.7`, `UPL.9`).
    #[must_use]
    pub fn validator(mut self, validator: impl FileValidator) -> Self {
        self.validators.push(Arc::new(validator));
        self
    }

    /// How many bytes one field of text may have; 64 KiB by default.
    #[must_use]
    pub fn text_bytes_max(mut self, bytes: usize) -> Self {
        self.text_bytes_max = bytes;
        self
    }

    /// How many fields of text there may be; 1000 by default.
    #[must_use]
    pub fn texts_max(mut self, fields: usize) -> Self {
        self.texts_max = fields;
        self
    }

    /// The status of a failed validation (size, type, absence); 400 by default (`UPL.5`).
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Makes the exception of a failed validation from its message (`UPL.5`).
    #[must_use]
    pub fn exception_factory(mut self, factory: impl Fn(String) -> HttpException + Send + Sync + 'static) -> Self {
        self.factory = Some(Arc::new(factory));
        self
    }

    pub(super) fn invalid(&self, message: impl Into<String>) -> HttpException {
        let message = message.into();
        if let Some(factory) = &self.factory {
            return factory(message);
        }
        HttpException::builtin(self.status, message.into())
    }

    /// Whether a type is taken; every one is if none is named.
    pub(super) fn takes_type(&self, mime: &str) -> bool {
        let is_taken = |taken: &String| match taken.strip_suffix("/*") {
            Some(family) => mime.split('/').next().is_some_and(|given| given.eq_ignore_ascii_case(family)),
            None => mime.eq_ignore_ascii_case(taken),
        };
        self.types.is_empty() || self.types.iter().any(is_taken)
    }
}

impl Default for UploadRules {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for UploadRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadRules")
            .field("fields", &self.fields)
            .field("max_size", &self.max_size)
            .field("types", &self.types)
            .field("folder", &self.folder)
            .field("has_storage", &self.storage.is_some())
            .field("validators", &self.validators.len())
            .finish_non_exhaustive()
    }
}
