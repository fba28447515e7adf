//! Who sees whom.

use super::controller::CatsController;
use super::service::CatsService;
use oriole::prelude::*;

/// The cats.
#[module(controllers = [CatsController], providers = [CatsService])]
pub(crate) struct CatsModule;
