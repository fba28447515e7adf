use oriole::prelude::*;

#[injectable]
pub struct CatsController;

#[controller("cats")]
impl CatsController {
    #[get]
    #[apply(auth("admin"))]
    async fn all(&self) {}
}

fn main() {}
