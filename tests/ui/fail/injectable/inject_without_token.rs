use oriole::prelude::*;
use std::sync::Arc;

#[injectable]
pub struct Server {
    #[inject]
    pub port: Arc<u16>,
    #[inject()]
    pub host: Arc<String>,
    #[inject("PORT")]
    pub path: Arc<String>,
}

fn main() {}
