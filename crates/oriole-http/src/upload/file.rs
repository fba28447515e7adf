//! One file that was uploaded.

use super::storage::Storage;
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, TryStreamExt};
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempPath;
use tokio::io::AsyncWriteExt;

/// A file, and what is known of it.
///
/// A file on disk is removed when this is dropped; [`persist`](Self::persist) keeps it. One in a storage stays there until
/// it is [discarded](Self::discard).
#[derive(Debug)]
pub struct FilePart {
    pub(super) field: String,
    pub(super) file_name: Option<String>,
    pub(super) content_type: String,
    pub(super) size: u64,
    pub(super) head: Bytes,
    pub(super) content: Content,
}

pub(super) enum Content {
    Memory(Bytes),
    Disk(TempPath),
    Stored(Arc<dyn Storage>, String),
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory(bytes) => f.debug_tuple("Memory").field(&bytes.len()).finish(),
            Self::Disk(path) => f.debug_tuple("Disk").field(path).finish(),
            Self::Stored(_, key) => f.debug_tuple("Stored").field(key).finish(),
        }
    }
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
            Content::Disk(_) | Content::Stored(..) => None,
        }
    }

    /// Its first bytes, 4 KiB at most: what its type was told by.
    #[must_use]
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// Its key, if it is in a storage.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        match &self.content {
            Content::Stored(_, key) => Some(key),
            Content::Memory(_) | Content::Disk(_) => None,
        }
    }

    /// Where the file is, if it is on disk.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.content {
            Content::Memory(_) | Content::Stored(..) => None,
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
            Content::Stored(storage, key) => {
                let pieces = storage.read(key).await?;
                let whole = pieces.try_fold(BytesMut::new(), |mut whole, piece| async move {
                    whole.extend_from_slice(&piece);
                    Ok(whole)
                });
                whole.await.map(BytesMut::freeze)
            }
        }
    }

    /// Keeps the file at a path, in place of what may be there: moved if it is on disk, written if it is in memory, copied
    /// if it is in a storage.
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
            Content::Stored(storage, key) => {
                let mut pieces = storage.read(&key).await?;
                let mut file = tokio::fs::File::create(to).await?;
                while let Some(piece) = pieces.next().await {
                    file.write_all(&piece?).await?;
                }
                file.flush().await
            }
        }
    }

    /// Lets the file go: one in a storage is removed there, one on disk as when it is dropped.
    ///
    /// # Errors
    ///
    /// The storage cannot remove it.
    pub async fn discard(self) -> io::Result<()> {
        match self.content {
            Content::Memory(_) | Content::Disk(_) => Ok(()),
            Content::Stored(storage, key) => storage.remove(&key).await,
        }
    }
}
