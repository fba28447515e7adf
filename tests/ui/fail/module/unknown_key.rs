use oriole::prelude::*;

#[injectable]
pub struct CatsService;

#[module(provider = [CatsService])]
pub struct CatsModule;

fn main() {}
