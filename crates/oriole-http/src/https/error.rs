//! Why a certificate cannot be served.

use std::fmt;
use std::io;
use std::path::PathBuf;
use tokio_rustls::rustls;

/// Why TLS cannot be set up.
#[derive(Debug)]
#[non_exhaustive]
pub enum HttpsError {
    /// A file cannot be read.
    File {
        /// Which.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// There is no certificate in what was given as PEM.
    NoCertificate,
    /// There is no private key in what was given as PEM.
    NoKey,
    /// The certificate and the key cannot be used, or not together.
    Rejected {
        /// What rustls said.
        reason: String,
    },
}

impl fmt::Display for HttpsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, source } => write!(f, "cannot read {}: {source}", path.display()),
            Self::NoCertificate => {
                f.write_str("there is no certificate in the PEM text: `-----BEGIN CERTIFICATE-----`")
            }
            Self::NoKey => f.write_str("there is no private key in the PEM text: `-----BEGIN PRIVATE KEY-----`"),
            Self::Rejected { reason } => write!(f, "the certificate cannot be served: {reason}"),
        }
    }
}

impl std::error::Error for HttpsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File { source, .. } => Some(source),
            Self::NoCertificate | Self::NoKey | Self::Rejected { .. } => None,
        }
    }
}

impl From<rustls::Error> for HttpsError {
    fn from(error: rustls::Error) -> Self {
        Self::Rejected { reason: error.to_string() }
    }
}

impl From<HttpsError> for crate::Error {
    fn from(error: HttpsError) -> Self {
        Self::Settings { problems: error.to_string() }
    }
}
