use oriole::http::request::Parts;
use oriole::prelude::*;

fn length(parts: &Parts) -> usize {
    parts.uri.path().len()
}

#[injectable]
pub struct CatsController;

#[controller("cats")]
impl CatsController {
    #[put]
    async fn of_nothing(&self, #[extract] _name: String) {}

    #[post]
    async fn twice(&self, #[extract(length)] #[extract(length)] _length: usize) {}
}

fn main() {}
