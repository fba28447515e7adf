//! A trait of which there is no `dyn`.

use oriole_testing::automock;

#[automock]
#[oriole::token]
pub trait Repo: Send + Sync {
    fn same(&self) -> Self;
}

fn main() {}
