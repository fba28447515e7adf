use oriole::prelude::*;

#[injectable]
pub struct CatsController;

#[controller("cats")]
impl CatsController {
    #[get("{id}")]
    fn find_one(&self, Path(id): Path<u32>) -> String {
        id.to_string()
    }

    #[get("{name}")]
    fn find_by_name(&self, Path(name): Path<String>) -> String {
        name
    }
}

#[module(root, controllers = [CatsController])]
pub struct CatsModule;

fn main() {}
