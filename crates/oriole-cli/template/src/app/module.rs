//! What the application consists of.

use oriole::prelude::*;

use super::controller::AppController;
use super::service::AppService;

#[module(controllers = [AppController], providers = [AppService])]
#[derive(Debug)]
pub struct AppModule;
