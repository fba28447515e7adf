use oriole::prelude::*;

#[token]
pub trait Repo: Send + Sync {
    fn same(&self) -> Self;
}

fn main() {}
