use oriole::prelude::*;

const NEWEST: u32 = 2;

#[injectable]
pub struct Cats;

#[controller("cats")]
impl Cats {
    #[get]
    #[version(NEWEST)]
    fn newest(&self) {}
}

fn main() {}
