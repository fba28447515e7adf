use oriole::prelude::*;

#[injectable]
pub struct CatsController;

#[get("a")]
#[controller]
impl CatsController {
    #[get("b")]
    fn a(&self) -> String {
        String::new()
    }
}

fn main() {}
