use oriole::prelude::*;
use std::time::Duration;

pub struct Cat;

#[injectable]
pub struct CatsController;

#[controller]
impl CatsController {
    #[sse]
    fn events(&self) -> impl Stream<Item = Cat> {
        interval(Duration::from_secs(1)).map(|_| Cat)
    }
}

fn main() {}
