use oriole::prelude::*;

#[module()]
pub enum CatsModule {}

fn main() {}
