use oriole::prelude::*;

#[injectable]
pub struct CatsController;

#[controller("cats")]
impl CatsController {
    #[get]
    #[cfg_attr(all(), use_filters(Everything))]
    async fn all(&self) {}

    #[get("{id}")]
    async fn one(&self, #[cfg_attr(all(), use_pipes(Trim))] Path(_id): Path<u32>) {}
}

fn main() {}
