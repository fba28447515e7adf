use oriole::prelude::*;

pub struct CatsModule;

#[module()]
impl CatsModule {}

fn main() {}
