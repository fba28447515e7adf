use oriole::prelude::*;
use std::sync::Arc;

#[token]
pub struct Region(pub u8);

#[module(for_root = Region, exports = [Region])]
pub struct RegionModule;

#[injectable]
pub struct Cats {
    pub region: Arc<Region>,
}

#[module(providers = [Cats])]
pub struct CatsModule;

// Without `global` before the call.
#[module(root, imports = [RegionModule::for_root(Region(1)), CatsModule])]
pub struct AppModule;

fn main() {}
