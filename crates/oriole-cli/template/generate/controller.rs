//! What clients see.

use oriole::prelude::*;

#[injectable]
#[derive(Debug)]
pub struct __Name__Controller;

#[controller("__path__")]
impl __Name__Controller {}
