use oriole::prelude::*;
use std::sync::Arc;

#[injectable]
pub struct CatsService;

#[injectable]
pub struct CatsController {
    cats: Arc<CatsService>,
}

#[controller("cats")]
impl CatsController {
    #[get]
    fn count(&self) -> String {
        Arc::strong_count(&self.cats).to_string()
    }
}

#[module(controllers = [CatsController])]
pub struct CatsModule;

#[module(root, imports = [CatsModule])]
pub struct AppModule;

fn main() {}
