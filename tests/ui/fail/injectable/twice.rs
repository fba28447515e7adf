use oriole::prelude::*;

#[injectable]
#[injectable]
pub struct Server;

fn main() {}
