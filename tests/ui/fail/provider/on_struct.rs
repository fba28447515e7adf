use oriole::prelude::*;

#[provider]
pub struct Pool;

fn main() {}
