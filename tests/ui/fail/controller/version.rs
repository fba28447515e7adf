use oriole::prelude::*;

#[injectable]
pub struct Cats;

#[controller("cats", version = "1")]
#[version("2")]
impl Cats {
    #[get("a")]
    #[version]
    fn without(&self) {}

    #[get("b")]
    #[version()]
    fn empty(&self) {}

    #[get("c")]
    #[version("")]
    fn without_text(&self) {}

    #[get("d")]
    #[version(1)]
    fn number(&self) {}

    #[get("e")]
    #[version("1", "1")]
    fn repeated(&self) {}

    #[get("f")]
    #[version("1")]
    #[version("2")]
    fn twice(&self) {}

    #[version("1")]
    fn no_route(&self) {}
}

#[injectable]
pub struct Dogs;

#[controller("dogs", version = [])]
impl Dogs {}

fn main() {}
