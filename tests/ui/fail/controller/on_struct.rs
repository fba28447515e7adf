use oriole::prelude::*;

#[controller("cats")]
pub struct CatsController;

fn main() {}
