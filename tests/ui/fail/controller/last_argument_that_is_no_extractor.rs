use oriole::prelude::*;

pub struct Session(String);

#[injectable]
pub struct CatsController;

#[controller]
impl CatsController {
    #[get]
    async fn find_all(&self, session: Session) -> String {
        session.0
    }
}

fn main() {}
