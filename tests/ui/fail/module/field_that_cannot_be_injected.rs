use oriole::prelude::*;

#[module(root)]
pub struct CatsModule {
    pub limit: u32,
}

fn main() {}
