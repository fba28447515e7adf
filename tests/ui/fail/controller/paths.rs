use oriole::prelude::*;

#[injectable]
pub struct CatsController;

#[controller]
impl CatsController {
    #[get(a)]
    fn a(&self) -> String {
        String::new()
    }

    #[get = "b"]
    fn b(&self) -> String {
        String::new()
    }

    #[get("c" "d")]
    fn c(&self) -> String {
        String::new()
    }
}

fn main() {}
