use oriole::prelude::*;

#[injectable]
pub enum Color {
    Red,
}

fn main() {}
