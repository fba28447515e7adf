use oriole::prelude::*;

#[token]
pub type Port = u16;

fn main() {}
