use oriole::prelude::*;

#[injectable]
pub struct CatsController;

#[controller(path = "cats")]
impl CatsController {
    #[get]
    fn a(&self) -> String {
        String::new()
    }
}

fn main() {}
