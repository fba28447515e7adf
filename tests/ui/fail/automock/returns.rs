//! Results that cannot go to another thread.

use futures_util::future::LocalBoxFuture;
use oriole_testing::automock;
use std::rc::Rc;

#[automock]
#[oriole::token]
pub trait CatsRepo: Send + Sync {
    fn first(&self) -> Rc<str>;
    fn count(&self) -> LocalBoxFuture<'_, usize>;
}

fn main() {}
