use oriole::prelude::*;
use std::sync::Arc;

#[token]
pub const PORT: Token<u16> = Token::new();

#[injectable]
pub struct Server {
    #[inject(PORT)]
    pub port: Arc<u32>,
}

fn main() {}
