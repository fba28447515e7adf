use oriole::prelude::*;

pub struct NoDefault;

#[injectable]
pub struct Counter {
    #[inject(default)]
    pub count: NoDefault,
}

fn main() {}
