//! The application on axum: over TLS if it is given a certificate and its key, over HTTP/1.1 and HTTP/2 else.

use axum::Router;
use benches::serve::axum::application;
use benches_feed::say_listening;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use std::io;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

#[tokio::main]
async fn main() -> io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let port = words.first().map_or("0", String::as_str);
    let (app, _publisher) = application();
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    let tls = match &words[..] {
        [_, chain, key] => Some(acceptor(chain, key).map_err(io::Error::other)?),
        _ => None,
    };
    say_listening(listener.local_addr()?);
    match tls {
        Some(tls) => serve_tls(listener, tls, app).await,
        None => {
            let listener = axum::serve::ListenerExt::tap_io(listener, |socket| {
                // What our server sets as well.
                let _ = socket.set_nodelay(true);
            });
            axum::serve(listener, app).await
        }
    }
}

fn acceptor(chain: &str, key: &str) -> Result<TlsAcceptor, Box<dyn std::error::Error + Send + Sync>> {
    let chain = CertificateDer::pem_file_iter(chain)?.collect::<Result<Vec<_>, _>>()?;
    let key = PrivateKeyDer::from_pem_file(key)?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions()?.with_no_client_auth();
    let mut config = config.with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// As axum's own example of rustls has it.
async fn serve_tls(listener: TcpListener, tls: TlsAcceptor, app: Router) -> io::Result<()> {
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let (socket, _) = listener.accept().await?;
        socket.set_nodelay(true)?;
        let (tls, app) = (tls.clone(), app.clone());
        connections.spawn(async move {
            // Who fails to shake hands, or leaves, is no error here.
            let Ok(stream) = tls.accept(socket).await else { return };
            let service = TowerToHyperService::new(app);
            let _ =
                Builder::new(TokioExecutor::new()).serve_connection_with_upgrades(TokioIo::new(stream), service).await;
        });
    }
}
