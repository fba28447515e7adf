use oriole::prelude::*;

#[oriole::main]
struct App;

fn main() {}
