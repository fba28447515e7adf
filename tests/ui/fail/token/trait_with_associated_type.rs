use oriole::prelude::*;

#[token]
pub trait Repo: Send + Sync {
    type Item;
}

fn main() {}
