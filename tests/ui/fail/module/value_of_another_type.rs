use oriole::prelude::*;

#[token]
pub const PORT: Token<u16> = Token::new();

#[module(providers = [PORT = "3000"])]
pub struct CatsModule;

fn main() {}
