use oriole::prelude::*;
use std::sync::Arc;

use std::cell::Cell;

#[injectable]
pub struct Counter {
    pub count: Arc<Cell<u32>>,
}

fn main() {}
