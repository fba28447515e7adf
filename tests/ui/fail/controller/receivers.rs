use oriole::prelude::*;

#[injectable]
pub struct CatsController;

#[controller]
impl CatsController {
    #[get("a")]
    fn a(self) -> String {
        String::new()
    }

    #[get("b")]
    fn b(&mut self) -> String {
        String::new()
    }

    #[get("c")]
    fn c(self: std::sync::Arc<Self>) -> String {
        String::new()
    }
}

fn main() {}
