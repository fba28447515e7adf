use oriole::prelude::*;
use std::sync::Arc;

#[token]
pub trait Store: Send + Sync {}

#[injectable]
pub struct Memory;
impl Store for Memory {}

#[injectable]
pub struct Disk;
impl Store for Disk {}

#[injectable]
pub struct Cats {
    pub store: Arc<dyn Store>,
}

// One token, two providers: nobody could say which one `Cats` gets.
#[module(root, providers = [Memory as dyn Store, Disk as dyn Store, Cats])]
pub struct AppModule;

#[token]
pub const PORT: Token<u16> = Token::new();

#[module(root, providers = [PORT = 80_u16, PORT = 8080_u16, Cats, Memory as dyn Store, Cats])]
pub struct PortModule;

fn main() {}
