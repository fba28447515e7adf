//! What is done.

use oriole::prelude::*;

#[injectable]
#[derive(Debug)]
pub struct __Name__Service;
