//! The one line that turns it on.

use super::CompressionOptions;
use super::layer::compressed;
use crate::Application;
use crate::application::{Around, Place};
use std::sync::Arc;

impl Application {
    /// Compresses answers for clients that take it; off unless this is called (`CMP.1`).
    ///
    /// Texts, JSON and the like are compressed from 1 KiB; pictures, archives and event streams are not, and neither is an
    /// answer that is encoded already, is a part of a file, or says `Cache-Control: no-transform`.
    ///
    /// Do not use it behind a proxy that compresses (`CMP.2`). A body that is streamed in other types reaches its client in
    /// larger pieces: give it `no-transform` where each piece matters.
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole_http::{Application, CompressionOptions};
    ///
    /// fn configure(app: Application) -> Application {
    ///     app.enable_compression(CompressionOptions::default().threshold(4096))
    /// }
    /// # let _ = configure;
    /// ```
    pub fn enable_compression(self, options: CompressionOptions) -> Self {
        let options = Arc::new(options);
        let layer = Around(move |request, inner| compressed(request, inner, Arc::clone(&options)));
        self.place(Place::Compression, layer)
    }
}
