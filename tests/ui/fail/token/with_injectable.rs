use oriole::prelude::*;

#[token]
#[injectable]
pub struct Server;

fn main() {}
