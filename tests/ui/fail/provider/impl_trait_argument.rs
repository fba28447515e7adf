use oriole::prelude::*;
use std::sync::Arc;

#[provider]
fn connect(_name: impl Into<String>) -> u32 {
    0
}

fn main() {}
