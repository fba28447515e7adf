//! What belongs together.

use oriole::prelude::*;

#[module]
#[derive(Debug)]
pub struct __Name__Module;
