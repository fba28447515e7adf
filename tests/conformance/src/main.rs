//! The contract service: `PORT=8000 cargo run -p conformance --bin sse-contract-service`.

use std::error::Error;

use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = std::env::var("PORT").map_or(Ok(8000), |port| port.parse::<u16>())?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    announce(&listener)?;
    conformance::serve(listener).await?;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "whoever starts the program wants to know where it listens")]
fn announce(listener: &TcpListener) -> std::io::Result<()> {
    println!("listening on http://{}", listener.local_addr()?);
    Ok(())
}
