use oriole::prelude::*;

#[injectable]
pub struct CatsService<const N: usize>;

fn main() {}
