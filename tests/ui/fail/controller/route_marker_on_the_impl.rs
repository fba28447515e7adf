use oriole::prelude::*;

#[injectable]
pub struct CatsController;

#[controller]
#[get("a")]
#[http_code(204)]
impl CatsController {
    #[get("b")]
    fn a(&self) -> String {
        String::new()
    }
}

fn main() {}
