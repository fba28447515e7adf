use oriole::config::{Config, ConfigFeature};
use oriole::prelude::*;

pub struct Plain;

#[injectable]
pub struct Database {
    pub config: Config<Plain>,
}

#[module(imports = [ConfigFeature<Plain>], providers = [Database])]
pub struct AppModule;

fn main() {}
