use oriole::prelude::*;

pub struct CatsController;

#[controller]
#[injectable]
impl CatsController {}

fn main() {}
