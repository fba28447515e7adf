use oriole::prelude::*;

#[injectable]
pub struct CatsController;

#[controller]
impl CatsController {
    #[get]
    fn a(&self, #[cfg(all())] Path(id): Path<u32>) -> String {
        id.to_string()
    }
}

fn main() {}
