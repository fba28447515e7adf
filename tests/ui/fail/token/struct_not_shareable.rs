use oriole::prelude::*;

#[token]
pub struct Counter {
    pub count: std::cell::Cell<u32>,
}

fn main() {}
