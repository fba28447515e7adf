use oriole::prelude::*;

#[injectable]
pub struct OrderLog;

impl OrderLog {
    #[on_event("order.created")]
    #[on_event("order.shipped")]
    fn unread(&self) {}
}

#[on_event("order.created")]
pub struct Misplaced;

#[listeners]
pub struct NoImpl;

#[listeners]
impl OrderLog {}

fn main() {}
