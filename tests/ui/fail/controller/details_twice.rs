use oriole::prelude::*;

#[injectable]
pub struct CatsController;

#[controller]
impl CatsController {
    #[get]
    #[http_code(204)]
    #[http_code(205)]
    #[redirect("/a")]
    #[redirect("/b")]
    fn find_all(&self) -> String {
        String::new()
    }
}

fn main() {}
