use oriole::prelude::*;

#[module(imports = [BirdsModule])]
pub struct CatsModule;

#[module(imports = [CatsModule])]
pub struct BirdsModule;

#[module(root, imports = [CatsModule])]
pub struct AppModule;

fn main() {}

// Parity: ERR.3, ERR.4.
