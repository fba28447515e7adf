use oriole::prelude::*;

#[injectable]
pub struct CatsController;

#[controller("cats")]
impl CatsController {
    #[use_guards(Open)]
    pub fn helper(&self) {}

    #[meta(1)]
    pub const LIMIT: u32 = 1;
}

fn main() {}
