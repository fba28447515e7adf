use oriole::prelude::*;

#[module()]
mod cats {}

fn main() {}
