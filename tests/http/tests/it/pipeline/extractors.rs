//! Extractors of the application's own, and the pipes that see them.

use axum::extract::FromRequestParts;
use http::request::Parts;
use http_tests::App;
use oriole::prelude::*;
use oriole::{ArgMeta, ArgSource, Pipe};
use std::any::Any;

/// Who a guard found.
#[derive(Clone)]
struct User {
    name: String,
}

struct Auth;

impl Guard for Auth {
    async fn can_activate(&self, ctx: &mut ExecutionContext) -> Result<bool, HttpException> {
        let name = ctx.http().headers.get("x-user").and_then(|name| name.to_str().ok()).map(str::to_owned);
        if let Some(name) = name {
            ctx.http_mut().extensions.insert(User { name });
        }
        Ok(true)
    }
}

/// The user's name, or nothing.
struct UserName(Option<String>);

impl FromRequestParts<()> for UserName {
    type Rejection = HttpException;

    async fn from_request_parts(parts: &mut Parts, (): &()) -> Result<Self, HttpException> {
        Ok(Self(parts.extensions.get::<User>().map(|user| user.name.clone())))
    }
}

struct UpperCase;

impl Pipe for UpperCase {
    async fn transform(&self, value: &mut (dyn Any + Send), arg: &ArgMeta) -> Result<(), HttpException> {
        if let Some(UserName(Some(name))) = value.downcast_mut() {
            assert_eq!(arg.source, ArgSource::Custom);
            *name = name.to_uppercase();
        }
        Ok(())
    }
}

#[injectable]
pub struct Users;

#[controller("users")]
#[use_guards(Auth {})]
impl Users {
    #[get("plain")]
    async fn plain(&self, UserName(name): UserName) -> Option<String> {
        name
    }

    #[get("piped")]
    async fn piped(&self, #[use_pipes(UpperCase {})] UserName(name): UserName, _headers: HeaderMap) -> Option<String> {
        name
    }

    #[get("route")]
    #[use_pipes(UpperCase {})]
    async fn route(&self, UserName(name): UserName) -> Option<String> {
        name
    }
}

#[module(controllers = [Users])]
pub struct UsersModule;

/// Parity: DEC.1, DEC.2, DEC.3, DEC.4, PIP.10.
#[tokio::test]
async fn an_extractor_reads_what_a_guard_left_and_pipes_see_it() {
    let app = App::serve::<UsersModule>().await;
    for (path, body) in [("plain", "\"ada\""), ("piped", "\"ADA\""), ("route", "\"ADA\"")] {
        let path = format!("/users/{path}");
        assert_eq!(app.send("GET", &path, "X-User: ada\r\n", "").await.body, body);
        assert_eq!(app.get(&path).await.body, "");
    }
    app.end().await;
}
