//! Reads a form, part by part, and refuses what the rules do not take.

use super::UploadRules;
use super::file::{Content, FilePart};
use super::storage::{Arriving, StorageWriter, key};
use crate::HttpException;
use crate::exception::too_large;
use axum::extract::multipart::{Field, Multipart, MultipartError, MultipartRejection};
use axum::extract::{OptionalFromRequest, Request};
use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http_body_util::LengthLimitError;
use tempfile::TempPath;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

/// How many of a file's first bytes tell its type.
const HEAD_BYTES: usize = 4096;

/// What a form held.
#[derive(Debug, Default)]
pub(super) struct Upload {
    pub(super) files: Vec<FilePart>,
    pub(super) texts: Vec<(String, String)>,
}

/// Reads all of a form. A request that is no form has nothing in it, as in Nest.
///
/// Nothing is in a storage before the whole form is here.
pub(super) async fn read<S: Send + Sync>(
    request: Request,
    state: &S,
    rules: &UploadRules,
) -> Result<Upload, HttpException> {
    let mut upload = Upload::default();
    let form = <Multipart as OptionalFromRequest<S>>::from_request(request, state).await;
    let Some(mut form) = form.map_err(|error: MultipartRejection| HttpException::bad_request(error.body_text()))?
    else {
        return Ok(upload);
    };
    let mut arriving = Arriving::default();
    if let Err(refused) = fill(&mut upload, &mut arriving, &mut form, rules).await {
        arriving.abort().await;
        return Err(refused);
    }
    if let Err((finished, error)) = arriving.finish().await {
        for file in upload.files.into_iter().take(finished) {
            if let Err(error) = file.discard().await {
                tracing::warn!(target: "oriole::Upload", "a file was left: {error}");
            }
        }
        return Err(HttpException::internal(error));
    }
    Ok(upload)
}

async fn fill(
    upload: &mut Upload,
    arriving: &mut Arriving,
    form: &mut Multipart,
    rules: &UploadRules,
) -> Result<(), HttpException> {
    while let Some(field) = form.next_field().await.map_err(broken)? {
        let Some(name) = field.name().map(str::to_owned) else {
            return Err(HttpException::bad_request("Field name missing"));
        };
        if field.file_name().is_none() {
            if upload.texts.len() >= rules.texts_max {
                return Err(HttpException::bad_request("Too many fields"));
            }
            let text = text(field, rules.text_bytes_max).await?;
            upload.texts.push((name, text));
            continue;
        }
        // What browsers send for a file input that was left empty; Nest skips it as well.
        if field.file_name() == Some("") {
            continue;
        }
        if upload.files.len() >= rules.files_max {
            return Err(HttpException::bad_request("Too many files"));
        }
        let taken = upload.files.iter().filter(|file| file.field == name).count();
        let is_expected = match &rules.fields {
            None => true,
            Some(fields) => fields.iter().any(|(field, max)| *field == name && taken < *max),
        };
        if !is_expected {
            return Err(HttpException::bad_request(format!("Unexpected field - {name}")));
        }
        upload.files.push(file(field, name, rules, arriving).await?);
    }
    Ok(())
}

async fn text(mut field: Field<'_>, bytes_max: usize) -> Result<String, HttpException> {
    let mut text = BytesMut::new();
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        if text.len() + chunk.len() > bytes_max {
            return Err(HttpException::bad_request("Field value too long"));
        }
        text.extend_from_slice(&chunk);
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

async fn file(
    mut field: Field<'_>,
    name: String,
    rules: &UploadRules,
    arriving: &mut Arriving,
) -> Result<FilePart, HttpException> {
    let file_name = field.file_name().map(str::to_owned);
    let claimed = field.content_type().unwrap_or("application/octet-stream").to_owned();
    let mut sink = Sink::open(rules).await?;
    let arrived = arrive(&mut field, &mut sink, rules).await;
    let (content, writer) = sink.close().await?;
    // It is given up with the others if anything is refused.
    writer.into_iter().for_each(|writer| arriving.push(writer));
    let (head, size) = arrived?;
    let seen = if rules.trusts_clients { None } else { infer::get(&head).map(|kind| kind.mime_type()) };
    let content_type = seen.map_or(claimed, str::to_owned);
    let is_known = rules.trusts_clients || seen.is_some() || rules.types.is_empty();
    if !is_known || !rules.takes_type(&content_type) {
        let expected = rules.types.join("|");
        let message = format!("Validation failed (current file type is {content_type}, expected type is {expected})");
        return Err(rules.invalid(message));
    }
    let file = FilePart { field: name, file_name, content_type, size, head, content };
    for validator in &rules.validators {
        if !validator.is_valid(&file).await {
            return Err(rules.invalid(validator.error_message(&file)));
        }
    }
    Ok(file)
}

/// Sends a file on piece by piece; its first bytes, and its size.
async fn arrive(field: &mut Field<'_>, sink: &mut Sink, rules: &UploadRules) -> Result<(Bytes, u64), HttpException> {
    let mut head = BytesMut::new();
    let mut size = 0;
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        size += chunk.len() as u64;
        if size > rules.file_bytes_max {
            return Err(HttpException::payload_too_large("File too large"));
        }
        if let Some(max) = rules.max_size
            && size >= max
        {
            return Err(rules.invalid(format!("Validation failed (expected size is less than {max})")));
        }
        let missing = HEAD_BYTES.saturating_sub(head.len()).min(chunk.len());
        head.extend_from_slice(&chunk[..missing]);
        sink.write(chunk).await?;
    }
    Ok((head.freeze(), size))
}

/// Where a file goes while it arrives. Dropped halfway, nothing is left of it.
enum Sink {
    Memory(BytesMut),
    Disk(File, TempPath),
    Storage(Box<dyn StorageWriter>, Content),
}

impl Sink {
    async fn open(rules: &UploadRules) -> Result<Self, HttpException> {
        if let Some((storage, prefix)) = &rules.storage {
            let key = key(prefix)?;
            let writer = storage.create(&key).await?;
            return Ok(Self::Storage(writer, Content::Stored(storage.clone(), key)));
        }
        let Some(folder) = rules.folder.clone() else { return Ok(Self::Memory(BytesMut::new())) };
        let made = tokio::task::spawn_blocking(move || {
            std::fs::create_dir_all(&folder)?;
            tempfile::Builder::new().prefix("upload-").tempfile_in(&folder)
        });
        let (file, path) = made.await.map_err(HttpException::internal)??.into_parts();
        Ok(Self::Disk(File::from_std(file), path))
    }

    async fn write(&mut self, chunk: Bytes) -> Result<(), HttpException> {
        match self {
            Self::Memory(bytes) => bytes.extend_from_slice(&chunk),
            Self::Disk(file, _) => file.write_all(&chunk).await?,
            Self::Storage(writer, _) => writer.write(chunk).await?,
        }
        Ok(())
    }

    /// What is known of the content, and what has still to be finished.
    async fn close(self) -> Result<(Content, Option<Box<dyn StorageWriter>>), HttpException> {
        match self {
            Self::Memory(bytes) => Ok((Content::Memory(bytes.freeze()), None)),
            Self::Disk(mut file, path) => {
                file.flush().await?;
                Ok((Content::Disk(path), None))
            }
            Self::Storage(writer, content) => Ok((content, Some(writer))),
        }
    }
}

/// A form that ends early, that is none, or that is beyond the limit of bodies.
#[allow(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn broken(error: MultipartError) -> HttpException {
    let sources = std::iter::successors(Some(&error as &(dyn std::error::Error + 'static)), |error| error.source());
    let is_too_large = sources.into_iter().any(|error| error.is::<LengthLimitError>());
    if is_too_large || error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large();
    }
    HttpException::bad_request(error.body_text())
}
