use oriole::prelude::*;
use std::sync::Arc;

#[injectable]
pub struct Server {
    #[cfg_attr(all(), inject(default))]
    pub port: u16,
}

fn main() {}
