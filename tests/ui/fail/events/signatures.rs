use oriole::prelude::*;

#[injectable]
pub struct OrderLog;

#[listeners]
impl OrderLog {
    #[on_event("order.created")]
    fn mutable(&mut self) {}

    #[on_event("order.created")]
    fn two(&self, _one: &u8, _two: &u8) {}

    #[on_event("order.created")]
    fn generic<T>(&self, _event: &T) {}

    #[on_event]
    fn nameless(&self) {}

    #[on_event("order.created", once)]
    fn option(&self) {}

    #[on_event("order.created", suppress_errors)]
    fn flag(&self) {}
}

#[listeners]
impl Clone for OrderLog {
    fn clone(&self) -> Self {
        Self
    }
}

fn main() {}
