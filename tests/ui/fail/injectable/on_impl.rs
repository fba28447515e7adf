use oriole::prelude::*;

pub struct CatsService;

#[injectable]
impl CatsService {}

fn main() {}
