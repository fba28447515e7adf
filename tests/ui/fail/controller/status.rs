use oriole::prelude::*;

#[injectable]
pub struct CatsController;

#[controller]
impl CatsController {
    #[get("a")]
    #[http_code(99)]
    fn a(&self) -> String {
        String::new()
    }

    #[get("b")]
    #[http_code(100000)]
    fn b(&self) -> String {
        String::new()
    }

    #[get("c")]
    #[http_code("204")]
    fn c(&self) -> String {
        String::new()
    }

    #[get("d")]
    #[http_code]
    fn d(&self) -> String {
        String::new()
    }

    #[get("e")]
    #[redirect("/elsewhere", 200)]
    fn e(&self) -> String {
        String::new()
    }

    #[get("f")]
    #[redirect(301)]
    fn f(&self) -> String {
        String::new()
    }
}

fn main() {}
