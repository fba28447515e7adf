use oriole::prelude::*;

pub struct CatsService;

#[module(providers = [CatsService])]
pub struct CatsModule;

#[module(root, imports = [CatsModule])]
pub struct AppModule;

fn main() {}
