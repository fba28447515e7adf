use oriole::prelude::*;

#[injectable(scope = request)]
pub struct CatsService;

fn main() {}
