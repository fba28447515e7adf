use oriole::prelude::*;

#[get]
pub struct CatsController;

fn main() {}
