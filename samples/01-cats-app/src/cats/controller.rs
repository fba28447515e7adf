//! What clients ask.

use super::dto::{Cat, CreateCat};
use super::service::CatsService;
use crate::common::{Roles, RolesGuard};
use oriole::prelude::*;
use oriole::validation::Valid;
use oriole::{ParseInt, Parsed};
use std::sync::Arc;

/// Everything about cats.
#[injectable]
pub(crate) struct CatsController {
    pub(super) cats: Arc<CatsService>,
}

#[controller("cats")]
#[use_guards(RolesGuard)]
impl CatsController {
    /// Admins may add cats.
    #[post]
    #[meta(Roles(&["admin"]))]
    async fn create(&self, Valid(Json(cat)): Valid<Json<CreateCat>>) {
        let CreateCat { name, age, breed } = cat;
        self.cats.create(Cat { name, age, breed });
    }

    /// Everybody may see them.
    #[get]
    pub(super) async fn find_all(&self) -> Vec<Cat> {
        self.cats.all()
    }

    /// One of them, by its number.
    #[get("{id}")]
    async fn find_one(&self, Parsed(Path(ParseInt(id))): Parsed<Path<ParseInt<usize>>>) -> Result<Cat, HttpException> {
        self.cats.find(id).ok_or_else(|| HttpException::not_found("no such cat"))
    }

    /// Longer than the interceptor waits.
    #[get("slow")]
    async fn slow(&self) {
        std::future::pending().await
    }

    /// An error of the service, which clients are not told of.
    #[get("broken")]
    async fn broken(&self) -> Result<(), HttpException> {
        Err(std::io::Error::other("the disk is gone"))?
    }
}
