use oriole::http::request::Parts;
use oriole::prelude::*;

fn length(parts: &Parts) -> usize {
    parts.uri.path().len()
}

#[injectable]
pub struct CatsController;

#[controller("cats")]
impl CatsController {
    #[get]
    async fn name(&self, #[extract(length)] _name: String) {}
}

fn main() {}
