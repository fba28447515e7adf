use oriole::prelude::*;

#[injectable]
pub struct Server {
    #[cfg_attr(all(), inject(default))]
    pub port: u16,
}

fn main() {}
