//! Who sees whom.

use oriole::prelude::*;

use super::controller::__Name__Controller;
use super::service::__Name__Service;

#[module(controllers = [__Name__Controller], providers = [__Name__Service])]
#[derive(Debug)]
pub struct __Name__Module;
