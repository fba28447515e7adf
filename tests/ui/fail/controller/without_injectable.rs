use oriole::prelude::*;

pub struct CatsController;

#[controller]
impl CatsController {
    #[get]
    fn find_all(&self) -> String {
        String::new()
    }
}

fn main() {}
