use oriole::prelude::*;

#[token]
pub static PORT: Token<u16> = Token::new();

fn main() {}
