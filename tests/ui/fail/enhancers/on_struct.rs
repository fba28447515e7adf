use oriole::prelude::*;

#[injectable]
#[use_guards(Open)]
pub struct CatsController;

fn main() {}
