use oriole::prelude::*;

#[injectable]
pub struct CatsController;

#[controller("cats")]
impl CatsController {
    #[get]
    #[run_to_end]
    #[run_to_end]
    async fn twice(&self) {}

    #[put]
    #[run_to_end(true)]
    async fn arguments(&self) {}

    #[sse("events")]
    #[run_to_end]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        interval(std::time::Duration::from_secs(1)).map(|_| MessageEvent::new("1"))
    }

    #[run_to_end]
    async fn no_route(&self) {}
}

fn main() {}
