use oriole::prelude::*;

#[injectable]
#[token]
pub struct Server;

fn main() {}
