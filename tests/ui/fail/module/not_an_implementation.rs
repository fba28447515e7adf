use oriole::prelude::*;

#[token]
pub trait CatsRepo: Send + Sync {}

#[injectable]
pub struct PgCats;

#[module(providers = [PgCats as dyn CatsRepo])]
pub struct CatsModule;

fn main() {}
