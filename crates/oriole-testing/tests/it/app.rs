//! The application that is tested.

use oriole::prelude::*;
use std::sync::Arc;

#[token]
pub(crate) trait CatsRepo: Send + Sync {
    fn names(&self) -> Vec<String>;
}

#[token]
pub(crate) const GREETING: Token<String> = Token::new();

#[injectable]
pub(crate) struct PgCats;

impl CatsRepo for PgCats {
    fn names(&self) -> Vec<String> {
        vec!["from the database".to_owned()]
    }
}

#[injectable]
pub(crate) struct CatsService {
    pub(crate) repo: Arc<dyn CatsRepo>,
    #[inject(GREETING)]
    pub(crate) greeting: Arc<String>,
}

impl CatsService {
    pub(crate) fn all(&self) -> Vec<String> {
        self.repo.names().iter().map(|name| format!("{} {name}", self.greeting)).collect()
    }
}

/// One for each request.
#[injectable(request)]
#[derive(Debug)]
pub(crate) struct Basket;

#[injectable(transient)]
pub(crate) struct Note;

#[injectable]
pub(crate) struct CatsController {
    pub(crate) cats: Arc<CatsService>,
}

#[controller("cats")]
impl CatsController {
    #[get]
    async fn all(&self) -> Json<Vec<String>> {
        Json(self.cats.all())
    }
}

#[module(
    controllers = [CatsController],
    providers = [CatsService, PgCats, PgCats as dyn CatsRepo, GREETING = "hello".to_owned(), Basket, Note],
    exports = [CatsService],
)]
pub(crate) struct CatsModule;

#[module(root, imports = [CatsModule])]
pub(crate) struct AppModule;

pub(crate) struct Fake(pub(crate) Vec<&'static str>);

impl CatsRepo for Fake {
    fn names(&self) -> Vec<String> {
        self.0.iter().map(|name| (*name).to_owned()).collect()
    }
}
