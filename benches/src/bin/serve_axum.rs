//! The application on axum, over HTTP/1.1.

use benches::serve::axum::application;
use benches_feed::say_listening;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(1).unwrap_or_else(|| "0".to_owned());
    let (app, _publisher) = application();
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    say_listening(listener.local_addr()?);
    let listener = axum::serve::ListenerExt::tap_io(listener, |socket| {
        // What our server sets as well.
        let _ = socket.set_nodelay(true);
    });
    axum::serve(listener, app).await
}
