use oriole::prelude::*;

pub struct Pool;

impl Pool {
    #[provider]
    fn connect() -> u32 {
        0
    }
}

fn main() {}
