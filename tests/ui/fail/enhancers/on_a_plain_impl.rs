use oriole::prelude::*;

pub struct Cats;

#[use_guards(Open)]
impl Cats {}

fn main() {}
