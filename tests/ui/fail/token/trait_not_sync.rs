use oriole::prelude::*;

#[token]
pub trait CatsRepo: Send {}

fn main() {}
