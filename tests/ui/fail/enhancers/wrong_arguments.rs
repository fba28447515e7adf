use oriole::prelude::*;

#[injectable]
pub struct CatsController;

#[controller("cats")]
#[use_guards]
#[use_pipes = "Trim"]
impl CatsController {
    #[get]
    #[use_interceptors()]
    #[use_filters(|exception| exception)]
    #[meta]
    async fn all(&self) {}
}

fn main() {}
