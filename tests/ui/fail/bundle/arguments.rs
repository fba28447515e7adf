use oriole::prelude::*;

bundle! {
    marked($name:literal) { #[header($name, "yes")] }
}

#[injectable]
pub struct CatsController;

#[controller("cats")]
impl CatsController {
    #[get]
    #[apply]
    async fn none(&self) {}

    #[put]
    #[apply(marked(1 + 1))]
    async fn wrong(&self) {}
}

fn main() {}
