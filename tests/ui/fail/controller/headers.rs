use oriole::prelude::*;

#[injectable]
pub struct CatsController;

#[controller]
impl CatsController {
    #[get("a")]
    #[header("x cats", "many")]
    fn a(&self) -> String {
        String::new()
    }

    #[get("b")]
    #[header("x-cats", "many\r\nset-cookie: a=b")]
    fn b(&self) -> String {
        String::new()
    }

    #[get("c")]
    #[header("x-cats")]
    fn c(&self) -> String {
        String::new()
    }

    #[get("d")]
    #[header]
    fn d(&self) -> String {
        String::new()
    }
}

fn main() {}
