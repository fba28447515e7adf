use oriole::prelude::*;
use std::sync::Arc;

pub struct NoDefault;

#[injectable]
pub struct Counter {
    #[inject(default)]
    pub count: NoDefault,
}

fn main() {}
