use oriole::prelude::*;

#[injectable]
pub struct CatsController;

#[controller]
#[controller]
impl CatsController {
    #[get("b")]
    fn a(&self) -> String {
        String::new()
    }
}

fn main() {}
