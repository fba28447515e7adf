//! What is no trait, and traits that are no tokens.

use oriole::prelude::*;
use oriole_testing::automock;

#[automock]
pub struct PgCats;

#[automock]
pub trait Unmarked: Send + Sync {}

#[token]
#[automock]
pub trait TooLate: Send + Sync {}

#[automock(mockall)]
#[token]
pub trait Arguments: Send + Sync {}

#[automock]
#[automock]
#[token]
pub trait Twice: Send + Sync {}

fn main() {}
