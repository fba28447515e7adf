//! What makes TLS of an accepted connection.

use super::options::Pem;
use super::{HttpsError, HttpsOptions};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

pub(crate) fn acceptor(options: HttpsOptions) -> Result<TlsAcceptor, HttpsError> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&read(options.chain)?)
        .collect::<Result<_, _>>()
        .map_err(|_| HttpsError::NoCertificate)?;
    if chain.is_empty() {
        return Err(HttpsError::NoCertificate);
    }
    let key = PrivateKeyDer::from_pem_slice(&read(options.key)?).map_err(|_| HttpsError::NoKey)?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![
        #[cfg(feature = "http2")]
        b"h2".to_vec(),
        b"http/1.1".to_vec(),
    ];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn read(pem: Pem) -> Result<Vec<u8>, HttpsError> {
    let path = match pem {
        Pem::Text(text) => return Ok(text),
        Pem::File(path) => path,
    };
    // Once, at the start, and small.
    std::fs::read(&path).map_err(|source| HttpsError::File { path, source })
}
