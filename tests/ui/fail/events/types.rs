use oriole::events::Event;
use oriole::prelude::*;
use std::rc::Rc;

pub struct OrderCreated;

impl Event for OrderCreated {
    const NAME: &'static str = "order.created";
}

pub struct Nameless;

#[injectable]
pub struct OrderLog;

#[listeners]
impl OrderLog {
    #[on_event]
    fn by_value(&self, _order: OrderCreated) {}

    #[on_event]
    fn nameless(&self, _order: &Nameless) {}

    #[on_event]
    fn gives(&self, _order: &OrderCreated) -> u8 {
        0
    }

    #[on_event]
    async fn not_send(&self, _order: &OrderCreated) {
        let here = Rc::new(0);
        std::future::ready(()).await;
        drop(here);
    }
}

fn main() {}
