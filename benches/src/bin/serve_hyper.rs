//! The floor of a request: hyper, without a framework, answering JSON.

use benches_feed::{listen_to_orders, say_listening};
use bytes::Bytes;
use http::{HeaderValue, Request, Response, header::CONTENT_TYPE};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde::Serialize;
use std::convert::Infallible;
use tokio::task::JoinSet;

#[derive(Serialize)]
struct Hello {
    message: &'static str,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(1).unwrap_or_else(|| "0".to_owned());
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    listen_to_orders(|_| eprintln!("this program publishes nothing"));
    say_listening(listener.local_addr()?);
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let (socket, _) = listener.accept().await?;
        socket.set_nodelay(true)?;
        connections.spawn(async move {
            let connection = hyper::server::conn::http1::Builder::new();
            // A client that left is no error here.
            let _ = connection.serve_connection(TokioIo::new(socket), service_fn(hello)).await;
        });
    }
}

async fn hello(_: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let json = serde_json::to_vec(&Hello { message: "hello" }).unwrap_or_default();
    let mut response = Response::new(Full::new(json.into()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}
