use oriole::prelude::*;

#[provider]
fn connect(#[inject(default)] size: u32) -> u32 {
    size
}

fn main() {}
