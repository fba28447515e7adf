use oriole::prelude::*;

pub struct Port;

#[module(providers = [Port = Port])]
pub struct CatsModule;

fn main() {}
