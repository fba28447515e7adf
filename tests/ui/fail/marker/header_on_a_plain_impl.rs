use oriole::prelude::*;

#[injectable]
pub struct CatsController;

#[header("x-cats", "many")]
impl CatsController {}

fn main() {}
