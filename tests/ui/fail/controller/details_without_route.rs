use oriole::prelude::*;

#[injectable]
pub struct CatsController;

#[controller]
impl CatsController {
    #[http_code(204)]
    #[redirect("/elsewhere")]
    #[header("x-cats", "many")]
    pub fn find_all(&self) -> String {
        String::new()
    }
}

fn main() {}
