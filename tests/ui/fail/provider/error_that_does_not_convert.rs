use oriole::prelude::*;

pub struct Broken;

#[provider]
fn connect() -> Result<u32, Broken> {
    Err(Broken)
}

fn main() {}
