//! Where uploads go when they go neither to memory nor to a temporary file.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use std::io;

/// A place for uploads, by keys: a folder, an object store, or one of your own.
///
/// [`FolderStorage`](super::FolderStorage) and, with the feature `object-store`, `ObjectStorage` are ready. A file is sent on
/// while it arrives, and is there once the whole form has arrived and nothing of it was refused.
pub trait Storage: Send + Sync + 'static {
    /// Begins a file. It must not be there before its writer [finishes](StorageWriter::finish).
    ///
    /// # Errors
    ///
    /// It cannot be begun; the client is answered 500, and the error is logged.
    fn create<'a>(&'a self, key: &'a str) -> BoxFuture<'a, io::Result<Box<dyn StorageWriter>>>;

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::NotFound`] if there is none, or whatever else keeps it from being read.
    fn read<'a>(&'a self, key: &'a str) -> BoxFuture<'a, io::Result<StoredBytes>>;

    /// Removes a file; one that is not there is no error.
    ///
    /// # Errors
    ///
    /// It is there and cannot be removed.
    fn remove<'a>(&'a self, key: &'a str) -> BoxFuture<'a, io::Result<()>>;
}

/// What a storage gives of a file, piece by piece.
pub type StoredBytes = BoxStream<'static, io::Result<Bytes>>;

/// A file on its way into a [`Storage`]. Dropped before it is finished, for a client that left, it leaves no file.
pub trait StorageWriter: Send + 'static {
    /// Sends a piece on, and waits while the storage is slower than the client.
    ///
    /// # Errors
    ///
    /// The storage does not take it.
    fn write(&mut self, piece: Bytes) -> BoxFuture<'_, io::Result<()>>;

    /// Makes the file be there.
    ///
    /// # Errors
    ///
    /// It cannot be.
    fn finish(self: Box<Self>) -> BoxFuture<'static, io::Result<()>>;

    /// Gives the file up, where that takes time.
    #[must_use = "it is given up when this is awaited"]
    fn abort(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(async move { drop(self) })
    }
}

/// Bytes of a key.
const KEY_BYTES: usize = 16;

/// A key that nobody guesses; what a client calls its file has no part in it.
pub(super) fn key(prefix: &str) -> io::Result<String> {
    let mut random = [0; KEY_BYTES];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    Ok(random.iter().fold(prefix.to_owned(), |key, byte| key + &format!("{byte:02x}")))
}

/// Files on their way, all of one form.
#[derive(Default)]
pub(super) struct Arriving(Vec<Box<dyn StorageWriter>>);

impl Arriving {
    pub(super) fn push(&mut self, writer: Box<dyn StorageWriter>) {
        self.0.push(writer);
    }

    /// Makes all of them be there; how many are if one cannot be, with its error.
    pub(super) async fn finish(self) -> Result<(), (usize, io::Error)> {
        let mut writers = self.0.into_iter();
        let mut finished = 0;
        while let Some(writer) = writers.next() {
            if let Err(error) = writer.finish().await {
                Self(writers.collect()).abort().await;
                return Err((finished, error));
            }
            finished += 1;
        }
        Ok(())
    }

    pub(super) async fn abort(self) {
        for writer in self.0 {
            writer.abort().await;
        }
    }
}
