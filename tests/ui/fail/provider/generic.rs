use oriole::prelude::*;

#[provider]
fn connect<T>() -> u32 {
    0
}

fn main() {}
