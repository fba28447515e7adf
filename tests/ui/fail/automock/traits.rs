//! Traits that have more than methods, or several stand-ins.

use oriole_testing::automock;

#[automock]
#[oriole::token]
pub trait Repo<T>: Send + Sync {
    fn find(&self, id: u32) -> Option<T>;
}

#[automock]
#[oriole::token]
pub trait Stored: Send + Sync {
    type Key;
    const TABLE: &'static str;
}

#[automock]
#[oriole::token]
pub unsafe trait Promised: Send + Sync {}

fn main() {}
