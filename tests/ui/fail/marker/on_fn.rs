use oriole::prelude::*;

#[post("cats")]
pub fn create() {}

fn main() {}
