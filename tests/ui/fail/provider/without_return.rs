use oriole::prelude::*;

#[provider]
fn connect() {}

fn main() {}
