//! The extractors.

use super::defaults::base;
use super::read::{Upload, read};
use super::{FilePart, UploadRules, UploadSpec};
use crate::HttpException;
use axum::extract::{FromRequest, OptionalFromRequest, Request};
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

/// What Nest's file pipe says of absence.
const REQUIRED: &str = "File is required";

/// The one file of a request, by the rules of `S`.
///
/// It is required; `Option<UploadedFile<S>>` takes a request without one (`UPL.6`). It must be the last argument, since it
/// reads the body. The fields of text beside it are [`text`](Self::text). For several files use [`UploadedFiles`].
///
/// # Errors
///
/// 400 for a failed validation or what the rules say instead, for an unexpected field and for a broken form; 413 where
/// a file or the body is beyond its limit; 500 if the folder or storage cannot be written, which is logged.
///
/// # Cancel safety
///
/// When the client leaves halfway, what was written is removed.
///
/// # Examples
///
/// ```
/// use oriole_http::upload::{UploadRules, UploadSpec, UploadedFile};
///
/// struct Avatar;
/// impl UploadSpec for Avatar {
///     fn rules(base: UploadRules) -> UploadRules {
///         base.field("avatar", 1).max_size(1000).mime("image/*")
///     }
/// }
///
/// async fn avatar(avatar: UploadedFile<Avatar>) -> String {
///     format!("{} bytes of {}", avatar.size(), avatar.content_type())
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), oriole_http::HttpException> {
/// use oriole_http::axum::extract::FromRequest;
/// let body = "--x\r\ncontent-disposition: form-data; name=avatar; filename=a\r\n\r\nGIF89a\r\n--x--\r\n";
/// let request = oriole_http::http::Request::post("/").header("content-type", "multipart/form-data; boundary=x");
/// let file = UploadedFile::<Avatar>::from_request(request.body(body.into())?, &()).await?;
/// assert_eq!(avatar(file).await, "6 bytes of image/gif");
/// # Ok(())
/// # }
/// ```
pub struct UploadedFile<S> {
    file: FilePart,
    texts: Vec<(String, String)>,
    spec: PhantomData<fn() -> S>,
}

/// All files of a request, by the rules of `S`: of one field, of several, or of any.
///
/// At least one is required unless the rules say [`optional`](super::UploadRules::optional) or take no file at all. Errors and
/// cancellation are [`UploadedFile`]'s.
pub struct UploadedFiles<S> {
    upload: Upload,
    spec: PhantomData<fn() -> S>,
}

impl<S> UploadedFile<S> {
    async fn read<State: Send + Sync>(
        request: Request,
        state: &State,
        rules: &UploadRules,
    ) -> Result<Option<Self>, HttpException> {
        let Upload { files, texts } = read(request, state, rules).await?;
        Ok(files.into_iter().next().map(|file| Self { file, texts, spec: PhantomData }))
    }

    /// The first text of a field.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        find(&self.texts, field)
    }

    /// The file alone.
    #[must_use]
    pub fn into_file(self) -> FilePart {
        self.file
    }
}

impl<S> Deref for UploadedFile<S> {
    type Target = FilePart;

    fn deref(&self) -> &FilePart {
        &self.file
    }
}

impl<S> UploadedFiles<S> {
    /// All files, in the order in which they came.
    #[must_use]
    pub fn files(&self) -> &[FilePart] {
        &self.upload.files
    }

    /// The files of one field.
    pub fn of<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a FilePart> {
        self.upload.files.iter().filter(move |file| file.field() == field)
    }

    /// The files, to be kept.
    #[must_use]
    pub fn into_files(self) -> Vec<FilePart> {
        self.upload.files
    }

    /// The first text of a field.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        find(&self.upload.texts, field)
    }

    /// All texts, in the order in which they came.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.upload.texts.iter().map(|(field, text)| (field.as_str(), text.as_str()))
    }
}

fn find<'a>(texts: &'a [(String, String)], field: &str) -> Option<&'a str> {
    texts.iter().find(|(name, _)| name == field).map(|(_, text)| text.as_str())
}

impl<State: Send + Sync, S: UploadSpec> OptionalFromRequest<State> for UploadedFile<S> {
    type Rejection = HttpException;

    async fn from_request(request: Request, state: &State) -> Result<Option<Self>, HttpException> {
        let rules = S::rules(base(request.extensions()));
        Self::read(request, state, &rules).await
    }
}

impl<State: Send + Sync, S: UploadSpec> FromRequest<State> for UploadedFile<S> {
    type Rejection = HttpException;

    async fn from_request(request: Request, state: &State) -> Result<Self, HttpException> {
        let rules = S::rules(base(request.extensions()));
        Self::read(request, state, &rules).await?.ok_or_else(|| rules.invalid(REQUIRED))
    }
}

impl<State: Send + Sync, S: UploadSpec> FromRequest<State> for UploadedFiles<S> {
    type Rejection = HttpException;

    async fn from_request(request: Request, state: &State) -> Result<Self, HttpException> {
        let rules = S::rules(base(request.extensions()));
        let upload = read(request, state, &rules).await?;
        let takes_files = rules.fields.as_ref().is_none_or(|fields| !fields.is_empty());
        if upload.files.is_empty() && rules.is_required && takes_files {
            return Err(rules.invalid(REQUIRED));
        }
        Ok(Self { upload, spec: PhantomData })
    }
}

impl<S> fmt::Debug for UploadedFile<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadedFile").field("file", &self.file).field("texts", &self.texts).finish_non_exhaustive()
    }
}

impl<S> fmt::Debug for UploadedFiles<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadedFiles").field("upload", &self.upload).finish_non_exhaustive()
    }
}
