//! Arguments that cannot be kept.

use oriole_testing::automock;

pub struct NewCat;

#[automock]
#[oriole::token]
pub trait CatsRepo: Send + Sync {
    fn add(&self, cat: NewCat);
    fn replace(&self, cat: &NewCat);
}

fn main() {}
