use oriole::prelude::*;

#[controller]
fn cats() {}

fn main() {}
