//! How requests reach the application.

use crate::Result;
use crate::log::Log;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use oriole_core::BoxError;
use oriole_http::{AppService, Error, Server, Shutdown};
use std::net::SocketAddr;
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tower::ServiceExt;

/// What an answer's bytes come out of, however they came.
pub(crate) type Body = UnsyncBoxBody<Bytes, BoxError>;

/// How requests reach the application.
pub(crate) enum Transport {
    /// The service is called.
    InProcess(AppService),
    /// Over a connection for each request.
    Socket { addr: SocketAddr, shutdown: Shutdown, server: Mutex<JoinSet<Result<(), Error>>> },
}

impl Transport {
    pub(crate) fn in_process(service: AppService) -> Self {
        Self::InProcess(service)
    }

    pub(crate) fn socket(server: Server, log: &Log) -> Self {
        let (addr, shutdown, log) = (server.local_addr(), server.shutdown_handle(), log.clone());
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { log.of(server.serve()).await });
        Self::Socket { addr, shutdown, server: Mutex::new(tasks) }
    }

    pub(crate) fn local_addr(&self) -> Option<SocketAddr> {
        match self {
            Self::InProcess(_) => None,
            Self::Socket { addr, .. } => Some(*addr),
        }
    }

    /// The answer's head, with its body still to be read.
    pub(crate) async fn send(&self, request: Request<Full<Bytes>>) -> Result<Response<Body>, BoxError> {
        match self {
            Self::InProcess(service) => {
                let response = match service.clone().oneshot(request).await {
                    Ok(response) => response,
                    Err(never) => match never {},
                };
                Ok(response.map(|body| body.map_err(boxed).boxed_unsync()))
            }
            Self::Socket { addr, .. } => send_over(*addr, request).await,
        }
    }

    pub(crate) async fn close(&self) -> Result {
        match self {
            Self::InProcess(service) => service.__close_unserved().await?,
            Self::Socket { shutdown, server, .. } => {
                shutdown.shutdown();
                let mut server = server.lock().await;
                while let Some(ended) = server.join_next().await {
                    match ended {
                        Ok(ended) => ended?,
                        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                        // It was closed before.
                        Err(_) => {}
                    }
                }
            }
        }
        Ok(())
    }
}

fn boxed(error: impl std::error::Error + Send + Sync + 'static) -> BoxError {
    Box::new(error)
}

async fn send_over(addr: SocketAddr, request: Request<Full<Bytes>>) -> Result<Response<Body>, BoxError> {
    let stream = TcpStream::connect(addr).await.map_err(boxed)?;
    stream.set_nodelay(true).map_err(boxed)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(boxed)?;
    let mut tasks = JoinSet::new();
    // What goes wrong with the connection is seen by the request and by the body.
    tasks.spawn(async move {
        let _ = connection.await;
    });
    let response = sender.send_request(request).await.map_err(boxed)?;
    // The connection lives as long as the body: to drop it is to leave.
    Ok(response.map(|body| {
        let body = body.map_frame(move |frame| {
            let _connection = &tasks;
            frame
        });
        body.map_err(boxed).boxed_unsync()
    }))
}
