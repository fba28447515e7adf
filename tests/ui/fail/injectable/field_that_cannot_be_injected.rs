use oriole::prelude::*;
use std::sync::Arc;

#[injectable]
pub struct CatsService {
    pub limit: u32,
}

fn main() {}
