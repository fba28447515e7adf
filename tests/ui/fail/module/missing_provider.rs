use oriole::prelude::*;
use std::sync::Arc;

#[injectable]
pub struct Db;

#[injectable]
pub struct CatsService {
    db: Arc<Db>,
}

#[module(root, providers = [CatsService])]
pub struct CatsModule;

fn main() {}

// Parity: PRV.3, ERR.1.
