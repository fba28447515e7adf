use oriole::prelude::*;

#[injectable]
pub fn cats() {}

fn main() {}
