//! What comes in is checked, and what goes out shows a client what it may see.
//!
//! ```text
//! cargo run -p sample-serializer
//! curl http://127.0.0.1:3000
//! curl http://127.0.0.1:3000/users -H 'content-type: application/json' -d '{"firstName": "", "email": "nowhere"}'
//! ```
//!
//! `PORT` chooses another port.

mod dto;
mod entity;
mod service;

use dto::{NewUser, Page};
use entity::{Role, User};
use oriole::prelude::*;
use oriole::validation::ValidationOptions;
use oriole::{Serialized, SerializerInterceptor};
use service::UsersService;
use std::sync::Arc;

#[injectable]
struct AppController {
    users: Arc<UsersService>,
}

#[controller]
#[use_interceptors(SerializerInterceptor::new().without_nulls())]
impl AppController {
    /// The password is not there, the name is put together, the role is its name.
    #[get]
    async fn one(&self) -> Serialized<User> {
        Serialized::new(User::new(1, "Kamil", "Mysliwiec", "kamil@example.com", Role::new(1, "admin")))
    }

    /// Administrators see addresses as well. A guard would know who asks; here a header says it.
    #[get("users")]
    async fn all(&self, Query(page): Query<Page>, headers: HeaderMap) -> Serialized<Vec<User>> {
        let groups = headers.get("x-role").and_then(|role| role.to_str().ok()).map(str::to_owned);
        Serialized::new(self.users.page(&page)).groups(groups)
    }

    /// Checked by the rules of `NewUser`, since the application validates everything that has rules.
    #[post("users")]
    async fn create(&self, Json(user): Json<NewUser>) -> Result<Serialized<User>, HttpException> {
        Ok(Serialized::new(self.users.create(user)?))
    }
}

#[module(controllers = [AppController], providers = [UsersService])]
struct AppModule;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let validation = ValidationOptions::new().forbid_unknown(true);
    Oriole::create::<AppModule>().await?.validation(validation).listen(format!("127.0.0.1:{port}")).await
}
