use oriole::prelude::*;

#[token(PORT)]
pub struct Port(u16);

fn main() {}
