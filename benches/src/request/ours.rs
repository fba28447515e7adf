//! As one writes it with Oriole.

use super::parts::{Cat, User, cat};
use super::server::Server;
use axum::Extension;
use http::HeaderValue;
use oriole::prelude::*;
use std::sync::Arc;

/// The application as a tower service.
pub type Ours = oriole::AppService;

#[injectable]
struct Cats;

impl Cats {
    fn one(&self, id: u32) -> Cat {
        cat(id)
    }
}

#[injectable]
struct CatsController {
    cats: Arc<Cats>,
}

#[controller("cats")]
impl CatsController {
    #[get]
    async fn hello(&self) -> Cat {
        self.cats.one(1)
    }

    #[get("{id}")]
    async fn one(&self, Path(id): Path<u32>) -> Cat {
        self.cats.one(id)
    }

    #[post]
    async fn create(&self, Json(new): Json<Cat>) -> Cat {
        self.cats.one(new.id)
    }
}

#[injectable]
struct GuardedController {
    cats: Arc<Cats>,
}

#[controller("guarded")]
#[use_guards(HasUser)]
#[use_interceptors(Seen)]
impl GuardedController {
    #[get("{id}")]
    async fn own(&self, Extension(user): Extension<User>, Path(id): Path<u32>) -> Cat {
        self.cats.one(user.0 + id)
    }
}

#[injectable]
struct HasUser;

impl Guard for HasUser {
    async fn can_activate(&self, ctx: &mut ExecutionContext) -> Result<bool, HttpException> {
        let user = ctx.http().headers.get("x-user").and_then(|user| user.to_str().ok()?.parse().ok());
        let Some(user) = user else { return Ok(false) };
        ctx.http_mut().extensions.insert(User(user));
        Ok(true)
    }
}

#[injectable]
struct Seen;

impl Interceptor for Seen {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        let mut reply = next.run(ctx).await?;
        reply.headers_mut().insert("x-seen", HeaderValue::from_static("yes"));
        Ok(reply)
    }
}

#[module(root, controllers = [CatsController, GuardedController], providers = [Cats])]
struct CatsModule;

/// The application.
///
/// # Panics
///
/// Never: it is sound.
pub async fn ours() -> Ours {
    let app = Oriole::create::<CatsModule>().await.expect("it is wired");
    app.into_service().await.expect("it has no hooks")
}

/// The application on a port of the system's choice.
#[must_use]
pub fn serve_ours() -> Server {
    Server::start(|addr| async {
        let app = Oriole::create::<CatsModule>().await.expect("it is wired");
        let server = app.shutdown_on_signals(false).bind("127.0.0.1:0").await.expect("a port is free");
        addr(server.local_addr());
        server.serve().await.expect("it goes on for ever");
    })
}
