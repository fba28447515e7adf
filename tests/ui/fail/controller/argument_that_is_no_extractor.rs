use oriole::prelude::*;

pub struct Session(String);

#[injectable]
pub struct CatsController;

#[controller]
impl CatsController {
    #[get("{id}")]
    async fn find_one(&self, session: Session, Path(_id): Path<u32>) -> String {
        session.0
    }
}

fn main() {}
