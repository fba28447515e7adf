use oriole::prelude::*;

#[injectable]
pub struct Plain;

#[injectable]
pub struct CatsController;

#[controller("cats")]
#[use_interceptors(Plain)]
impl CatsController {
    #[get]
    async fn all(&self) {}
}

#[module(root, controllers = [CatsController])]
pub struct CatsModule;

fn main() {}
