use oriole::prelude::*;

#[token]
pub const COUNTER: Token<std::cell::Cell<u32>> = Token::new();

fn main() {}
