use oriole::prelude::*;
use std::sync::Arc;

pub struct Server {
    #[inject(default)]
    pub port: u16,
}

fn main() {}
