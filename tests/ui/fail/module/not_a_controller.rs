use oriole::prelude::*;

#[injectable]
pub struct CatsService;

#[module(controllers = [CatsService])]
pub struct CatsModule;

fn main() {}
