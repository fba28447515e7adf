use oriole::prelude::*;

#[injectable]
pub struct CatsService;

#[module(root, imports = [CatsService])]
pub struct CatsModule;

fn main() {}
