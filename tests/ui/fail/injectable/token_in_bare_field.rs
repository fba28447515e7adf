use oriole::prelude::*;

#[token]
pub const PORT: Token<u16> = Token::new();

#[injectable]
pub struct Server {
    #[inject(PORT)]
    pub port: u16,
}

fn main() {}
