use oriole::prelude::*;

pub struct Cats;

#[injectable]
pub struct PgCats;

#[module(providers = [PgCats as Cats])]
pub struct CatsModule;

fn main() {}
