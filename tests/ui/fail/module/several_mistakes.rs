use oriole::prelude::*;

#[module(services = [], providers, providers = [], global = true, imports = CatsModule, 3)]
pub struct CatsModule;

fn main() {}
