//! TLS.

use std::sync::Arc;

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio_rustls::TlsConnector;

use super::connect::Io;
use super::{HttpTransportOptions, TransportError, TransportErrorKind};
use crate::client::BuildError;

/// What is trusted, and how it is spoken to.
///
/// The provider is named rather than taken from the process, so that another crate's choice changes nothing here.
pub(super) fn connector(options: &HttpTransportOptions) -> Result<TlsConnector, BuildError> {
    let refused = |error: rustls::Error| BuildError::Certificate { message: error.to_string().into() };
    let mut roots = RootCertStore::empty();
    if options.public_roots {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    for der in &options.roots {
        roots.add(CertificateDer::from(der.clone())).map_err(refused)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(refused)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}

pub(super) async fn secured(connector: &TlsConnector, host: &str, io: Io) -> Result<Io, TransportError> {
    let name =
        ServerName::try_from(host.to_string()).map_err(|error| TransportError::new(TransportErrorKind::Tls, error))?;
    let stream = connector.connect(name, io).await;
    stream.map(|stream| Box::new(stream) as Io).map_err(|error| TransportError::new(TransportErrorKind::Tls, error))
}
