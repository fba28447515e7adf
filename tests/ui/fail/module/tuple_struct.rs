use oriole::prelude::*;

#[module()]
pub struct CatsModule(u32);

fn main() {}
