use oriole::prelude::*;

#[injectable]
pub struct CatsController;

pub trait Serve {
    fn find_all(&self) -> String;
}

#[controller]
impl Serve for CatsController {
    #[get]
    fn find_all(&self) -> String {
        String::new()
    }
}

fn main() {}
