//! What clients see.

use std::sync::Arc;

use oriole::prelude::*;

use super::service::AppService;

#[injectable]
#[derive(Debug)]
pub struct AppController {
    pub service: Arc<AppService>,
}

#[controller]
impl AppController {
    #[get]
    pub fn hello(&self) -> &'static str {
        self.service.hello()
    }
}
