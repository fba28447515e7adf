use oriole::prelude::*;

#[injectable]
pub struct CatsService;

#[module(imports = [CatsService])]
pub struct CatsModule;

fn main() {}

// Parity: ERR.2.
