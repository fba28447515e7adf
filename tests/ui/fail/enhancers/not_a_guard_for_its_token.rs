use oriole::prelude::*;

#[injectable]
pub struct Plain;

#[module(root, providers = [Plain as APP_GUARD])]
pub struct CatsModule;

fn main() {}
