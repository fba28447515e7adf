use oriole::prelude::*;

pub struct CatsService;

#[module(providers = [CatsService])]
pub struct CatsModule;

fn main() {}
