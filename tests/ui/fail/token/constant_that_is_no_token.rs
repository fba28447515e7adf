use oriole::prelude::*;

#[token]
pub const PORT: u16 = 3000;

fn main() {}
