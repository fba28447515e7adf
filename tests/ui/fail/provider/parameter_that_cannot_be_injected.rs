use oriole::prelude::*;
use std::sync::Arc;

#[provider]
fn connect(url: String) -> u32 {
    url.len() as u32
}

fn main() {}
