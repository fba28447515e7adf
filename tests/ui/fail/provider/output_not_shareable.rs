use oriole::prelude::*;

use std::cell::Cell;

#[provider]
fn connect() -> Cell<u32> {
    Cell::new(0)
}

fn main() {}
