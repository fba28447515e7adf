//! Uploads in an object store: S3, Google Cloud Storage, Azure, a folder, memory.

use super::storage::{Storage, StorageWriter, StoredBytes};
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt, WriteMultipart};
use std::fmt;
use std::io;
use std::sync::Arc;

/// How many parts of one file are on their way to the store at once; each has 5 MiB.
const PARTS_MAX: usize = 2;

/// Keeps uploads in a store of the crate `object_store`.
///
/// Files go there in parts while they arrive, so that one of any size takes no more memory than three parts. When a client
/// leaves halfway, no object is made; stores that bill for parts without an object have a rule that removes them (S3:
/// `AbortIncompleteMultipartUpload`).
///
/// # Examples
///
/// ```
/// use oriole_http::upload::{ObjectStorage, UploadRules};
/// use std::sync::Arc;
///
/// let bucket = Arc::new(object_store::memory::InMemory::new());
/// let rules = UploadRules::new().field("photo", 1).to_storage(Arc::new(ObjectStorage::new(bucket)), "photos/");
/// # let _ = rules;
/// ```
#[derive(Clone)]
pub struct ObjectStorage {
    store: Arc<dyn ObjectStore>,
}

impl ObjectStorage {
    /// Takes a store that was set up.
    #[must_use]
    pub fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self { store }
    }
}

impl fmt::Debug for ObjectStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectStorage({})", self.store)
    }
}

impl Storage for ObjectStorage {
    fn create<'a>(&'a self, key: &'a str) -> BoxFuture<'a, io::Result<Box<dyn StorageWriter>>> {
        Box::pin(async move {
            let upload = self.store.put_multipart(&path(key)?).await.map_err(io_error)?;
            Ok(Box::new(ObjectWriter(WriteMultipart::new(upload))) as Box<dyn StorageWriter>)
        })
    }

    fn read<'a>(&'a self, key: &'a str) -> BoxFuture<'a, io::Result<StoredBytes>> {
        Box::pin(async move {
            let object = self.store.get(&path(key)?).await.map_err(io_error)?;
            Ok(object.into_stream().map(|piece| piece.map_err(io_error)).boxed())
        })
    }

    fn remove<'a>(&'a self, key: &'a str) -> BoxFuture<'a, io::Result<()>> {
        Box::pin(async move {
            match self.store.delete(&path(key)?).await {
                Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
                Err(error) => Err(io_error(error)),
            }
        })
    }
}

struct ObjectWriter(WriteMultipart);

impl StorageWriter for ObjectWriter {
    fn write(&mut self, piece: Bytes) -> BoxFuture<'_, io::Result<()>> {
        Box::pin(async move {
            self.0.wait_for_capacity(PARTS_MAX).await.map_err(io_error)?;
            self.0.put(piece);
            Ok(())
        })
    }

    fn finish(self: Box<Self>) -> BoxFuture<'static, io::Result<()>> {
        Box::pin(async move { self.0.finish().await.map(|_| ()).map_err(io_error) })
    }

    fn abort(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            if let Err(error) = self.0.abort().await {
                tracing::warn!(target: "oriole::ObjectStorage", "parts of an upload were left: {error}");
            }
        })
    }
}

fn path(key: &str) -> io::Result<Path> {
    Path::parse(key).map_err(|error| io::Error::new(io::ErrorKind::NotFound, error))
}

fn io_error(error: Error) -> io::Error {
    match error {
        Error::NotFound { .. } => io::Error::new(io::ErrorKind::NotFound, error),
        error => io::Error::other(error),
    }
}
