//! One file that was uploaded.

use bytes::Bytes;
use std::io;
use std::path::Path;
use tempfile::TempPath;

/// A file, and what is known of it.
///
/// A file on disk is removed when this is dropped; [`persist`](Self::persist) keeps it.
#[derive(Debug)]
pub struct FilePart {
    pub(super) field: String,
    pub(super) file_name: Option<String>,
    pub(super) content_type: String,
    pub(super) size: u64,
    pub(super) content: Content,
}

#[derive(Debug)]
pub(super) enum Content {
    Memory(Bytes),
    Disk(TempPath),
}

impl FilePart {
    /// The field of the form.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The name that the client gave. It is any text: never use it as a path.
    #[must_use]
    pub fn file_name(&self) -> Option<&str> {
        self.file_name.as_deref()
    }

    /// The type: what the first bytes say, or where they say nothing, what the client said.
    #[must_use]
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// The size in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The content, if it is in memory.
    #[must_use]
    pub fn bytes(&self) -> Option<&Bytes> {
        match &self.content {
            Content::Memory(bytes) => Some(bytes),
            Content::Disk(_) => None,
        }
    }

    /// Where the file is, if it is on disk.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.content {
            Content::Memory(_) => None,
            Content::Disk(path) => Some(path),
        }
    }

    /// Reads all of it, wherever it is.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    ///
    /// # Cancel safety
    ///
    /// It may be asked again.
    pub async fn read(&self) -> io::Result<Bytes> {
        match &self.content {
            Content::Memory(bytes) => Ok(bytes.clone()),
            Content::Disk(path) => tokio::fs::read(path).await.map(Bytes::from),
        }
    }

    /// Keeps the file at a path, in place of what may be there: moved if it is on disk, written if it is in memory.
    ///
    /// # Errors
    ///
    /// The path cannot be written. A file is moved within its file system only.
    ///
    /// # Cancel safety
    ///
    /// A move is done once it has begun; a write may leave a part.
    pub async fn persist(self, to: impl AsRef<Path>) -> io::Result<()> {
        let to = to.as_ref().to_owned();
        match self.content {
            Content::Memory(bytes) => tokio::fs::write(to, bytes).await,
            Content::Disk(path) => {
                let moved = tokio::task::spawn_blocking(move || path.persist(to).map_err(|error| error.error));
                moved.await.map_err(io::Error::other)?
            }
        }
    }
}
