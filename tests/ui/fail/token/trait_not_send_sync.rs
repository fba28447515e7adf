use oriole::prelude::*;

#[token]
pub trait CatsRepo {}

fn main() {}
