//! A supertrait with methods of its own, which nobody has written for the stand-in.

use oriole_testing::automock;

pub trait Health {
    fn is_well(&self) -> bool;
}

#[automock]
#[oriole::token]
pub trait CatsRepo: Health + Send + Sync {
    fn count(&self) -> usize;
}

fn main() {}
