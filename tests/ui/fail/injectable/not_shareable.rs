use oriole::prelude::*;

use std::cell::Cell;

#[injectable]
pub struct Counter {
    #[inject(default)]
    pub count: Cell<u32>,
}

fn main() {}
