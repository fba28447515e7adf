//! Listens on its argument, with the console log as it comes.

use futures_util::stream;
use oriole::prelude::*;

#[injectable]
struct Site;

#[controller("site")]
impl Site {
    #[sse("events")]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        stream::empty()
    }

    #[all]
    async fn all(&self) {}
}

#[module(controllers = [Site])]
struct Empty;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let addr = std::env::args().nth(1).unwrap_or_default();
    Oriole::create::<Empty>().await?.listen(addr).await
}
