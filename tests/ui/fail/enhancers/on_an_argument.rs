use oriole::prelude::*;

#[injectable]
pub struct CatsController;

#[controller("cats")]
impl CatsController {
    #[get("{id}")]
    async fn one(&self, #[use_guards(Open)] Path(_id): Path<u32>, #[meta(1)] _headers: HeaderMap) {}
}

fn main() {}
