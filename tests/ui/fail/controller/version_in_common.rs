use oriole::VERSION_NEUTRAL;
use oriole::prelude::*;

const NEWEST: &str = "2";

#[injectable]
pub struct Cats;

#[controller("cats", version = "1")]
impl Cats {
    #[get]
    fn first(&self) {}

    #[get]
    #[version("2", VERSION_NEUTRAL)]
    fn second(&self) {}

    #[get]
    #[version("3", NEWEST)]
    fn third(&self) {}
}

#[module(root, controllers = [Cats])]
pub struct CatsModule;

fn main() {}
