use oriole::prelude::*;
use oriole::get as fetch;

#[injectable]
pub struct CatsController;

#[controller]
impl CatsController {
    #[fetch]
    pub fn find_all(&self) -> String {
        String::new()
    }
}

fn main() {}
