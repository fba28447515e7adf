use oriole::prelude::*;

pub struct Broken;

#[injectable]
pub struct CatsController;

#[controller]
impl CatsController {
    #[get]
    async fn find_all(&self) -> Result<String, Broken> {
        Err(Broken)
    }
}

fn main() {}
