use oriole::prelude::*;
use std::rc::Rc;

#[injectable]
pub struct CatsController;

#[controller("cats")]
impl CatsController {
    #[get]
    #[meta(Rc::new(1))]
    async fn all(&self) {}
}

fn main() {}
