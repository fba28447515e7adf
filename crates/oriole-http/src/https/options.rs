//! Certificate and key.

use std::fmt;
use std::path::PathBuf;

/// The certificate of a listener and its private key, as PEM.
///
/// TLS 1.2 and 1.3 are spoken. With the feature `http2`, clients that can are served HTTP/2, where a browser has as many
/// event streams to one host as it likes; with HTTP/1.1 it has six.
///
/// Use it where nothing in front of the application ends TLS.
///
/// # Examples
///
/// ```no_run
/// use oriole_http::{Application, Error, HttpsOptions, Listen};
///
/// # async fn run(app: Application) -> Result<(), Error> {
/// let https = HttpsOptions::pem_files("chain.pem", "key.pem");
/// app.listen_all([Listen::http("0.0.0.0:80"), Listen::https("0.0.0.0:443", https)]).await
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a certificate is nothing until a listener has it"]
pub struct HttpsOptions {
    pub(super) chain: Pem,
    pub(super) key: Pem,
}

#[derive(Clone)]
pub(super) enum Pem {
    File(PathBuf),
    Text(Vec<u8>),
}

impl HttpsOptions {
    /// Reads certificate chain (the application's own first) and key from files, when the listener is bound.
    pub fn pem_files(chain: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        Self { chain: Pem::File(chain.into()), key: Pem::File(key.into()) }
    }

    /// Takes certificate chain (the application's own first) and key from memory.
    pub fn pem(chain: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        Self { chain: Pem::Text(chain.into()), key: Pem::Text(key.into()) }
    }
}

impl fmt::Debug for HttpsOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HttpsOptions(..)")
    }
}
