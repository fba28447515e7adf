use oriole::prelude::*;

pub trait Cats {
    #[get]
    fn find_all(&self) -> String;
}

fn main() {}
