use oriole::prelude::*;

#[module(imports = [BirdsModule])]
pub struct CatsModule;

#[module(imports = [CatsModule])]
pub struct BirdsModule;

#[module(root, imports = [CatsModule])]
pub struct AppModule;

fn main() {}
