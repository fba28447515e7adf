use oriole::prelude::*;
use std::rc::Rc;

#[injectable]
pub struct CatsController;

#[controller]
impl CatsController {
    #[get]
    async fn find_all(&self) -> String {
        let count = Rc::new(1);
        std::future::ready(()).await;
        count.to_string()
    }
}

fn main() {}
