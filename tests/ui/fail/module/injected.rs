use oriole::prelude::*;
use std::sync::Arc;

#[module]
pub struct CatsModule;

#[injectable]
pub struct Keeper {
    cats: Arc<CatsModule>,
}

#[module(root, imports = [CatsModule], providers = [Keeper])]
pub struct AppModule;

fn main() {}

// Parity: MOD.7.
