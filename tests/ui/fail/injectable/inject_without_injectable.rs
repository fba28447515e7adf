use oriole::prelude::*;

pub struct Server {
    #[inject(default)]
    pub port: u16,
}

fn main() {}
