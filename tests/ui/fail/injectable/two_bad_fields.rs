use oriole::prelude::*;

#[injectable]
pub struct CatsService {
    pub limit: u32,
    pub name: &'static str,
}

fn main() {}
