use oriole::prelude::*;
use std::sync::Arc;

#[injectable]
pub struct Db;

#[module(providers = [Db])]
pub struct DbModule;

#[injectable]
pub struct CatsService {
    db: Arc<Db>,
}

#[module(root, imports = [DbModule], providers = [CatsService])]
pub struct CatsModule;

fn main() {}
