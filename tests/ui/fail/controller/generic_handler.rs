use oriole::prelude::*;

#[injectable]
pub struct CatsController;

#[controller]
impl CatsController {
    #[get("a")]
    fn a<T: Default>(&self) -> String {
        String::new()
    }

    #[get("b")]
    fn b(&self, _name: impl Into<String>) -> String {
        String::new()
    }
}

fn main() {}

// Parity: CTL.18.
