use oriole::prelude::*;

#[injectable]
pub struct CatsController;

#[controller]
impl CatsController {
    #[cfg_attr(all(), get("a"))]
    pub fn a(&self) -> String {
        String::new()
    }

    #[get("b")]
    #[cfg_attr(all(), http_code(204), allow(dead_code))]
    fn b(&self) -> String {
        String::new()
    }

    #[post]
    fn c(&self, #[cfg_attr(all(), extract(Self::length))] length: usize) -> String {
        length.to_string()
    }
}

fn main() {}
