use oriole::prelude::*;

#[injectable]
pub struct CatsController;

#[controller]
impl CatsController {
    #[post("{id}")]
    async fn update(&self, Json(name): Json<String>, Path(_id): Path<u32>) -> String {
        name
    }
}

fn main() {}
