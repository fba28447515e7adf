use oriole::prelude::*;
use std::time::Duration;

#[injectable]
pub struct CatsController;

#[controller]
impl CatsController {
    #[sse("a", method = FETCH)]
    fn a(&self) -> impl Stream<Item = MessageEvent> {
        interval(Duration::from_secs(1)).map(|_| MessageEvent::new("tick"))
    }

    #[sse("b", verb = POST)]
    fn b(&self) -> impl Stream<Item = MessageEvent> {
        interval(Duration::from_secs(1)).map(|_| MessageEvent::new("tick"))
    }

    #[sse("c", method = POST, method = PUT)]
    fn c(&self) -> impl Stream<Item = MessageEvent> {
        interval(Duration::from_secs(1)).map(|_| MessageEvent::new("tick"))
    }

    #[sse("d", may_finish, may_finish)]
    fn d(&self) -> impl Stream<Item = MessageEvent> {
        interval(Duration::from_secs(1)).map(|_| MessageEvent::new("tick"))
    }
}

fn main() {}
