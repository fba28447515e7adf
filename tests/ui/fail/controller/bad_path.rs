use oriole::prelude::*;

#[injectable]
pub struct CatsController;

#[controller]
impl CatsController {
    #[get(":id")]
    fn find_one(&self, Path(id): Path<u32>) -> String {
        id.to_string()
    }
}

#[module(root, controllers = [CatsController])]
pub struct CatsModule;

fn main() {}
