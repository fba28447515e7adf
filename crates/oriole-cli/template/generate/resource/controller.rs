//! What clients see.

use std::sync::Arc;

use oriole::prelude::*;

use super::dto::{Create__One__, Update__One__};
use super::entity::__One__;
use super::service::__Name__Service;

#[injectable]
#[derive(Debug)]
pub struct __Name__Controller {
    pub service: Arc<__Name__Service>,
}

#[controller("__path__")]
impl __Name__Controller {
    #[post]
    pub fn create(&self, Json(new): Json<Create__One__>) -> Result<__One__, HttpException> {
        self.service.create(new).ok_or_else(|| HttpException::service_unavailable("there is no room for more"))
    }

    #[get]
    pub fn find_all(&self) -> Vec<__One__> {
        self.service.find_all()
    }

    #[get("{id}")]
    pub fn find_one(&self, Path(id): Path<u32>) -> Result<__One__, HttpException> {
        self.service.find_one(id).ok_or_else(unknown)
    }

    #[patch("{id}")]
    pub fn update(
        &self,
        Path(id): Path<u32>,
        Json(changes): Json<Update__One__>,
    ) -> Result<__One__, HttpException> {
        self.service.update(id, changes).ok_or_else(unknown)
    }

    #[delete("{id}")]
    pub fn remove(&self, Path(id): Path<u32>) -> Result<__One__, HttpException> {
        self.service.remove(id).ok_or_else(unknown)
    }
}

fn unknown() -> HttpException {
    HttpException::not_found("no such __one__")
}
