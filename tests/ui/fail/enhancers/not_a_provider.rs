use oriole::prelude::*;

pub struct Open;

impl Guard for Open {
    async fn can_activate(&self, _: &mut ExecutionContext) -> Result<bool, HttpException> {
        Ok(true)
    }
}

#[injectable]
pub struct CatsController;

#[controller("cats")]
impl CatsController {
    #[get]
    #[use_guards(Open)]
    async fn all(&self) {}
}

fn main() {}
