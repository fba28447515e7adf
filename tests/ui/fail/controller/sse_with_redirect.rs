use oriole::prelude::*;
use std::time::Duration;

#[injectable]
pub struct CatsController;

#[controller]
impl CatsController {
    #[sse]
    #[redirect("/elsewhere")]
    #[http_code(202)]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        interval(Duration::from_secs(1)).map(|_| MessageEvent::new("tick"))
    }
}

fn main() {}
