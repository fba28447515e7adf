//! A certificate for an hour: the programs get its files, the clients know it.

use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a program needs to speak TLS, and what its clients need to believe it.
#[derive(Clone, Debug)]
pub(super) struct Certificate {
    pub(super) chain: PathBuf,
    pub(super) key: PathBuf,
    pub(super) client: Arc<ClientConfig>,
}

impl Certificate {
    /// Makes one for `localhost`, and writes it and its key into a folder.
    pub(super) fn make(folder: &Path) -> io::Result<Self> {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).map_err(io::Error::other)?;
        std::fs::create_dir_all(folder)?;
        let (chain, key) = (folder.join("chain.pem"), folder.join("key.pem"));
        std::fs::write(&chain, made.cert.pem())?;
        std::fs::write(&key, made.signing_key.serialize_pem())?;
        let client = client(made.cert.der().clone()).map_err(io::Error::other)?;
        Ok(Self { chain, key, client: Arc::new(client) })
    }
}

/// HTTP/1.1 on TLS, for who believes this certificate alone.
fn client(root: CertificateDer<'static>) -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(root)?;
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(ring).with_safe_default_protocol_versions()?;
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
