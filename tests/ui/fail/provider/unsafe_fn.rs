use oriole::prelude::*;

#[provider]
unsafe fn connect() -> u32 {
    0
}

fn main() {}
