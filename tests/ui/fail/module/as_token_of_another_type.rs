use oriole::prelude::*;

#[token]
pub const PORT: Token<u16> = Token::new();

#[injectable]
pub struct PgCats;

#[module(providers = [PgCats as PORT])]
pub struct CatsModule;

fn main() {}
