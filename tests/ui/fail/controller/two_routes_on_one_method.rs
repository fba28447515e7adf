use oriole::prelude::*;

#[injectable]
pub struct CatsController;

#[controller]
impl CatsController {
    #[get]
    #[post]
    fn find_all(&self) -> String {
        String::new()
    }
}

fn main() {}
