use oriole::prelude::*;

#[token]
pub trait Repo<'a>: Send + Sync {}

fn main() {}
