use oriole::prelude::*;

pub struct OutOfCats;

pub fn catches() -> Catches {
    Catches::error::<OutOfCats>()
}

fn main() {}
