use oriole::prelude::*;

pub struct Pool;

impl Pool {
    #[provider]
    fn connect(&self) -> u32 {
        0
    }
}

fn main() {}
