use oriole::prelude::*;

#[provider(async)]
fn connect() -> u32 {
    0
}

fn main() {}
