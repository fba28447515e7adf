use oriole::prelude::*;
use std::sync::Arc;

pub struct Port;

#[injectable]
pub struct Server {
    #[inject(Port)]
    pub port: Arc<u16>,
}

fn main() {}
