use oriole::prelude::*;
use std::{rc::Rc, time::Duration};

#[injectable]
pub struct CatsController;

#[controller]
impl CatsController {
    #[sse]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        let count = Rc::new(1);
        interval(Duration::from_secs(1)).map(move |_| MessageEvent::new(count.to_string()))
    }
}

fn main() {}
