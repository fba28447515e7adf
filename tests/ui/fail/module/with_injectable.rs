use oriole::prelude::*;

#[module()]
#[injectable]
pub struct CatsModule;

fn main() {}
