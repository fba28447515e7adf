//! The reply.

use super::range::{Asked, asked};
use crate::HttpException;
use crate::handler::NoStatus;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, Stream, TryStreamExt};
use http::header::{ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use oriole_core::BoxError;
use std::convert::Infallible;
use std::fmt::{self, Write as _};
use std::io::{self, SeekFrom};
use std::path::{Component, Path};
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncSeekExt};

/// How much of a file is read at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// A reply that streams a file, bytes or anything that is read.
///
/// The type is `application/octet-stream` unless [`content_type`](Self::content_type) or `#[header]` says another (`STF.3`),
/// and the length is told where it is known. A file that cannot be opened is an HTTP error, since it is opened
/// before the reply; one that fails while it is sent ends the connection, so that the client does not take a part
/// for the whole, and the failure is logged.
///
/// Do not use it for folders of static files: mount a service for those, such as tower-http's.
///
/// # Cancel safety
///
/// When the client leaves, the file is closed, or the stream dropped.
///
/// # Examples
///
/// ```
/// use oriole_http::{HttpException, IntoResponse, StreamableFile};
///
/// async fn manifest() -> Result<StreamableFile, HttpException> {
///     let file = StreamableFile::open("Cargo.toml").await?;
///     Ok(file.content_type("text/plain").attachment("manifest.txt"))
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), HttpException> {
/// let response = manifest().await?.into_response();
/// assert_eq!(response.headers()["content-disposition"], "attachment; filename=\"manifest.txt\"");
/// assert_eq!(StreamableFile::open("no/such/file").await.unwrap_err().status(), 404);
/// # Ok(())
/// # }
/// ```
pub struct StreamableFile {
    content: Content,
    headers: Vec<(HeaderName, Result<HeaderValue, String>)>,
    length: Option<u64>,
    range: Option<Range>,
}

enum Content {
    Bytes(Bytes),
    File(File),
    Stream(Body),
}

/// What is sent of how much.
#[derive(Clone, Copy)]
struct Range {
    first: u64,
    last: u64,
    of: u64,
}

impl StreamableFile {
    /// Sends bytes that are in memory.
    #[must_use]
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let length = Some(bytes.len() as u64);
        Self::of(Content::Bytes(bytes), length)
    }

    /// Sends a stream of bytes; an error in it ends the connection.
    #[must_use]
    pub fn from_stream<S, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<BoxError> + 'static,
    {
        let logged = stream.map_err(|error| {
            let error: BoxError = error.into();
            tracing::error!(target: "oriole::StreamableFile", "a stream ended early: {error}");
            error
        });
        Self::of(Content::Stream(Body::from_stream(logged)), None)
    }

    /// Sends what a reader gives until it ends.
    #[must_use]
    pub fn from_reader(reader: impl AsyncRead + Send + 'static) -> Self {
        Self::from_stream(chunks(Box::pin(reader), u64::MAX))
    }

    /// Opens a file to send it.
    ///
    /// It opens whatever it is told: a path that a client may influence is for [`open_within`](Self::open_within).
    ///
    /// # Errors
    ///
    /// 404 if there is no such file or it is a folder; 500 for any other failure, which is logged. The path is never
    /// told to the client.
    ///
    /// # Cancel safety
    ///
    /// Nothing is left open.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, HttpException> {
        let opened = async {
            let file = File::open(path).await?;
            let metadata = file.metadata().await?;
            io::Result::Ok((file, metadata))
        };
        match opened.await {
            Ok((file, metadata)) if metadata.is_file() => Ok(Self::of(Content::File(file), Some(metadata.len()))),
            Ok(_) => Err(HttpException::not_found(())),
            Err(error) => Err(unopened(error)),
        }
    }

    /// Opens a file below a folder to send it, where a client names it.
    ///
    /// The path is relative and has no `..`; what leads out of the folder by a symbolic link is not there either. Use
    /// [`open`](Self::open) for paths that the application made itself.
    ///
    /// # Errors
    ///
    /// 404 if there is no such file below the folder, whatever the reason; 500 for any other failure, which is logged.
    ///
    /// # Cancel safety
    ///
    /// Nothing is left open.
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole_http::StreamableFile;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// assert!(StreamableFile::open_within("src", "lib.rs").await.is_ok());
    /// for path in ["../Cargo.toml", "/etc/passwd", "lib.rs\0", "nothing", ""] {
    ///     assert_eq!(StreamableFile::open_within("src", path).await.unwrap_err().status(), 404);
    /// }
    /// # }
    /// ```
    pub async fn open_within(folder: impl AsRef<Path>, path: impl AsRef<Path>) -> Result<Self, HttpException> {
        let (folder, path) = (folder.as_ref(), path.as_ref());
        let is_plain = path.components().all(|component| matches!(component, Component::Normal(_)));
        if !is_plain || path.as_os_str().is_empty() {
            return Err(HttpException::not_found(()));
        }
        let resolved = async {
            let folder = tokio::fs::canonicalize(folder).await?;
            let file = tokio::fs::canonicalize(folder.join(path)).await?;
            io::Result::Ok(file.starts_with(&folder).then_some(file))
        };
        match resolved.await {
            Ok(Some(file)) => Self::open(file).await,
            Ok(None) => Err(HttpException::not_found(())),
            Err(error) => Err(unopened(error)),
        }
    }

    fn of(content: Content, length: Option<u64>) -> Self {
        Self { content, headers: Vec::new(), length, range: None }
    }

    /// The content type; one that is no header value makes the reply a 500.
    #[must_use]
    pub fn content_type(self, value: impl AsRef<str>) -> Self {
        self.header(CONTENT_TYPE, value.as_ref())
    }

    /// The content disposition, verbatim; one that is no header value makes the reply a 500.
    #[must_use]
    pub fn disposition(self, value: impl AsRef<str>) -> Self {
        self.header(CONTENT_DISPOSITION, value.as_ref())
    }

    /// Tells browsers to save the file under a name, which may be any text (RFC 6266).
    #[must_use]
    pub fn attachment(self, name: &str) -> Self {
        let is_plain = |c: char| (c.is_ascii_graphic() || c == ' ') && !matches!(c, '"' | '\\' | '%');
        let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
        let mut value = format!("attachment; filename=\"{plain}\"");
        if plain != name {
            value.push_str("; filename*=UTF-8''");
            for byte in name.bytes() {
                // Writing to a `String` does not fail.
                let _ = match byte {
                    b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'.' | b'_' | b'~' => {
                        write!(value, "{}", char::from(byte))
                    }
                    _ => write!(value, "%{byte:02X}"),
                };
            }
        }
        self.header(CONTENT_DISPOSITION, &value)
    }

    /// The length, where it is not known by itself. One that is wrong breaks the connection.
    #[must_use]
    pub fn length(mut self, bytes: u64) -> Self {
        self.length = Some(bytes);
        self
    }

    /// Sends only the range that the request asks for, if it asks for one: 206, or 416 if there is no such part.
    ///
    /// For bytes and opened files; streams are sent whole. Several ranges at once, and ranges under `If-Range`, are
    /// answered with everything, as is allowed.
    ///
    /// # Errors
    ///
    /// 500 if the file cannot be sought; the failure is logged.
    pub async fn ranged(mut self, headers: &HeaderMap) -> Result<Self, HttpException> {
        let Some(of) = self.length else { return Ok(self) };
        if let Content::Stream(_) = self.content {
            return Ok(self);
        }
        self = self.header(ACCEPT_RANGES, "bytes");
        match asked(headers, of) {
            Asked::All => {}
            Asked::Unsatisfiable => {
                let mut response = HttpException::from(StatusCode::RANGE_NOT_SATISFIABLE).into_response();
                if let Ok(value) = HeaderValue::from_str(&format!("bytes */{of}")) {
                    response.headers_mut().insert(CONTENT_RANGE, value);
                }
                return Err(axum::response::ErrorResponse::from(response).into());
            }
            Asked::Part(first, last) => {
                if let Content::File(file) = &mut self.content {
                    file.seek(SeekFrom::Start(first)).await?;
                }
                self.range = Some(Range { first, last, of });
            }
        }
        Ok(self)
    }

    fn header(mut self, name: HeaderName, value: &str) -> Self {
        let value = HeaderValue::from_str(value).map_err(|_| format!("{name} is no header value: {value:?}"));
        self.headers.push((name, value));
        self
    }
}

/// No path that a client can name is a fault of the server's.
fn unopened(error: io::Error) -> HttpException {
    use io::ErrorKind::{InvalidFilename, InvalidInput, IsADirectory, NotADirectory, NotFound};
    match error.kind() {
        NotFound | NotADirectory | IsADirectory | InvalidFilename | InvalidInput => HttpException::not_found(()),
        _ => HttpException::internal(error),
    }
}

/// A reader as a stream of chunks, of so many bytes at most.
fn chunks<R: AsyncRead + Send + Unpin>(reader: R, bytes_max: u64) -> impl Stream<Item = io::Result<Bytes>> + Send {
    stream::try_unfold((reader, bytes_max), |(mut reader, left)| async move {
        let mut chunk = BytesMut::with_capacity(CHUNK_BYTES.min(usize::try_from(left).unwrap_or(CHUNK_BYTES)));
        if left == 0 {
            return Ok(None);
        }
        let read = (&mut reader).take(left).read_buf(&mut chunk).await?;
        Ok((read > 0).then(|| (chunk.freeze(), (reader, left - read as u64))))
    })
}

/// A stream of one chunk: no interceptor takes a file of JSON for a value.
fn in_memory(bytes: Bytes) -> Body {
    Body::from_stream(stream::iter([Ok::<_, Infallible>(bytes)]))
}

impl NoStatus for StreamableFile {
    fn into_plain(self) -> Response {
        self.into_response()
    }
}

impl IntoResponse for StreamableFile {
    fn into_response(self) -> Response {
        let Self { content, headers, length, range } = self;
        let sent = range.map_or(length, |range| Some(range.last - range.first + 1));
        let body = match (content, range) {
            (Content::Bytes(bytes), None) => in_memory(bytes),
            (Content::Bytes(bytes), Some(Range { first, last, .. })) => {
                // Within the bytes' length, which is a `usize`.
                in_memory(bytes.slice(first as usize..=last as usize))
            }
            // No more than was promised, should the file grow.
            (Content::File(file), _) => match Self::from_stream(chunks(file, sent.unwrap_or(u64::MAX))).content {
                Content::Stream(body) => body,
                Content::Bytes(_) | Content::File(_) => Body::empty(),
            },
            (Content::Stream(body), _) => body,
        };
        let mut response = Response::new(body);
        let map = response.headers_mut();
        map.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        if let Some(sent) = sent {
            map.insert(CONTENT_LENGTH, sent.into());
        }
        for (name, value) in headers {
            match value {
                Ok(value) => map.insert(name, value),
                Err(error) => return HttpException::internal(error).into_response(),
            };
        }
        if let Some(Range { first, last, of }) = range
            && let Ok(value) = HeaderValue::from_str(&format!("bytes {first}-{last}/{of}"))
        {
            map.insert(CONTENT_RANGE, value);
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        }
        response
    }
}

impl fmt::Debug for StreamableFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamableFile")
            .field("headers", &self.headers)
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}
