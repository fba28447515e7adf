use oriole::prelude::*;

#[provider]
fn connect(url: String) -> u32 {
    url.len() as u32
}

fn main() {}
