use oriole::prelude::*;

#[token]
pub const PORT: Token<u16> = 3000;

fn main() {}
