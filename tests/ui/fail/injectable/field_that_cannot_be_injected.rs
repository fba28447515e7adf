use oriole::prelude::*;

#[injectable]
pub struct CatsService {
    pub limit: u32,
}

fn main() {}
