use oriole::prelude::*;
use std::sync::Arc;

#[injectable]
pub struct Users;

#[injectable]
pub struct RolesGuard {
    users: Arc<Users>,
}

impl Guard for RolesGuard {
    async fn can_activate(&self, _: &mut ExecutionContext) -> Result<bool, HttpException> {
        let _ = &self.users;
        Ok(true)
    }
}

bundle! {
    auth() { #[use_guards(RolesGuard)] }
}

#[injectable]
pub struct CatsController;

#[controller("cats")]
impl CatsController {
    #[get]
    #[apply(auth)]
    async fn all(&self) {}
}

#[module(root, controllers = [CatsController])]
pub struct CatsModule;

fn main() {}
