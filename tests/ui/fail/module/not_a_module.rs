use oriole::prelude::*;

#[injectable]
pub struct CatsService;

#[module(imports = [CatsService])]
pub struct CatsModule;

fn main() {}
