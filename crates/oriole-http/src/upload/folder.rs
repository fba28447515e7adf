//! Uploads in a folder.

use super::storage::{Storage, StorageWriter, StoredBytes};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream;
use std::io;
use std::path::{Component, Path, PathBuf};
use tempfile::TempPath;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// How much of a file is read at a time.
const PIECE_BYTES: usize = 64 * 1024;

/// Keeps uploads in a folder, which is made where it is missing.
///
/// A file is written under a temporary name beside its own, and gets its name when it is whole. Use it where one machine
/// serves, or the folder is shared; for files that are gone when the handler is done, use
/// [`UploadRules::to_folder`](super::UploadRules::to_folder).
///
/// # Examples
///
/// ```
/// use oriole_http::upload::{FolderStorage, Storage, UploadRules};
/// use std::sync::Arc;
///
/// let storage = Arc::new(FolderStorage::new("/var/lib/app/photos"));
/// let rules = UploadRules::new().field("photo", 1).to_storage(storage, "photos/");
/// # let _ = rules;
/// ```
#[derive(Clone, Debug)]
pub struct FolderStorage {
    folder: PathBuf,
}

impl FolderStorage {
    /// Names the folder; nothing is made before a file comes.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Where a key leads: below the folder, or nowhere.
    fn path(&self, key: &str) -> io::Result<PathBuf> {
        let path = Path::new(key);
        let is_plain = path.components().all(|component| matches!(component, Component::Normal(_)));
        if key.is_empty() || !is_plain {
            return Err(io::Error::new(io::ErrorKind::NotFound, "the key leads out of the folder"));
        }
        Ok(self.folder.join(path))
    }
}

impl Storage for FolderStorage {
    fn create<'a>(&'a self, key: &'a str) -> BoxFuture<'a, io::Result<Box<dyn StorageWriter>>> {
        Box::pin(async move {
            let path = self.path(key)?;
            let made = tokio::task::spawn_blocking(move || {
                let folder = path.parent().unwrap_or(Path::new("."));
                std::fs::create_dir_all(folder)?;
                let file = tempfile::Builder::new().prefix(".arriving-").tempfile_in(folder)?;
                io::Result::Ok((file, path))
            });
            let (file, path) = made.await.map_err(io::Error::other)??;
            let (file, temporary) = file.into_parts();
            Ok(Box::new(FileWriter { file: File::from_std(file), temporary, path }) as Box<dyn StorageWriter>)
        })
    }

    fn read<'a>(&'a self, key: &'a str) -> BoxFuture<'a, io::Result<StoredBytes>> {
        Box::pin(async move {
            let file = File::open(self.path(key)?).await?;
            let pieces = stream::try_unfold(file, |mut file| async move {
                let mut piece = BytesMut::with_capacity(PIECE_BYTES);
                let read = file.read_buf(&mut piece).await?;
                Ok((read > 0).then(|| (piece.freeze(), file)))
            });
            Ok(pieces.boxed())
        })
    }

    fn remove<'a>(&'a self, key: &'a str) -> BoxFuture<'a, io::Result<()>> {
        Box::pin(async move {
            match tokio::fs::remove_file(self.path(key)?).await {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            }
        })
    }
}

struct FileWriter {
    file: File,
    temporary: TempPath,
    path: PathBuf,
}

impl StorageWriter for FileWriter {
    fn write(&mut self, piece: Bytes) -> BoxFuture<'_, io::Result<()>> {
        Box::pin(async move { self.file.write_all(&piece).await })
    }

    fn finish(mut self: Box<Self>) -> BoxFuture<'static, io::Result<()>> {
        Box::pin(async move {
            self.file.flush().await?;
            let Self { temporary, path, .. } = *self;
            let named = tokio::task::spawn_blocking(move || temporary.persist(path).map_err(|error| error.error));
            named.await.map_err(io::Error::other)?
        })
    }
}
