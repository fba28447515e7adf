use oriole::prelude::*;

#[token]
pub fn port() {}

fn main() {}
