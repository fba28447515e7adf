use oriole::prelude::*;

pub struct Cat;

#[injectable]
pub struct CatsController;

#[controller]
impl CatsController {
    #[get]
    async fn find_all(&self) -> Cat {
        Cat
    }
}

fn main() {}
