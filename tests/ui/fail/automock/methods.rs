//! Methods that no stand-in can answer, all told at once.

use oriole_testing::automock;
use std::borrow::Cow;

#[automock]
#[oriole::token]
pub trait CatsRepo: Send + Sync {
    async fn find(&self, id: u32) -> Option<String>;
    fn of<T>(&self, value: T);
    fn each(&self, call: impl Fn(u32));
    fn iter(&self) -> impl Iterator<Item = u32>;
    fn fill(&self, names: &mut Vec<String>);
    fn named(&self, name: Option<&str>);
    fn titled(&self, title: Cow<'_, str>);
    fn new() -> u32;
    fn same(&self, other: &Self) -> bool;
    fn sized(&self)
    where
        Self: Sized;
}

fn main() {}
