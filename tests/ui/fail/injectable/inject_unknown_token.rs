use oriole::prelude::*;
use std::sync::Arc;

#[injectable]
pub struct Server {
    #[inject(nonsense)]
    pub port: Arc<u16>,
}

fn main() {}
