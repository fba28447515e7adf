use oriole::prelude::*;

#[injectable]
pub struct CatsController;

#[controller]
impl CatsController {
    #[get]
    pub const NAME: &'static str = "cats";
}

fn main() {}
