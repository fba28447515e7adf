use oriole::prelude::*;

#[provider]
fn connect(_name: impl Into<String>) -> u32 {
    0
}

fn main() {}
