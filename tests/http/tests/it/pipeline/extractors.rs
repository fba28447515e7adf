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

/// The same in one function, and 401 where nobody is known.
fn user(parts: &Parts) -> Result<User, HttpException> {
    parts.extensions.get().cloned().ok_or_else(|| HttpException::unauthorized("who are you?"))
}

/// One of the headers.
fn header(name: &'static str) -> impl FnOnce(&Parts) -> Option<String> {
    move |parts| parts.headers.get(name)?.to_str().ok().map(str::to_owned)
}

struct UpperCase;

impl Pipe for UpperCase {
    async fn transform(&self, value: &mut (dyn Any + Send), arg: &ArgMeta) -> Result<(), HttpException> {
        if let Some(UserName(Some(name))) = value.downcast_mut() {
            assert_eq!(arg.source, ArgSource::Custom);
            *name = name.to_uppercase();
        } else if let Some(Some(name)) = value.downcast_mut::<Option<String>>() {
            assert_eq!((arg.source, arg.key), (ArgSource::Custom, Some("tenant")));
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

#[injectable]
pub struct Extracted;

#[controller("extracted")]
#[use_guards(Auth {})]
impl Extracted {
    #[get("user")]
    async fn user(&self, #[extract(user)] user: User) -> String {
        user.name
    }

    #[post("all")]
    async fn all(
        &self,
        #[extract(header("x-tenant"))]
        #[use_pipes(UpperCase {})]
        tenant: Option<String>,
        #[extract(|parts: &Parts| parts.uri.path().len())] length: usize,
        body: String,
    ) -> String {
        format!("{} {length} {body}", tenant.as_deref().unwrap_or("nobody's"))
    }

    #[sse("events")]
    fn events(&self, _headers: HeaderMap, #[extract(user)] user: User) -> impl Stream<Item = String> {
        futures_util::stream::iter([user.name])
    }
}

#[module(controllers = [Users, Extracted])]
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

/// One short function, with or without something that it is told where it is used.
///
/// Parity: DEC.1, DEC.2, DEC.3, DEC.4.
#[tokio::test]
async fn a_function_is_an_extractor() {
    let app = App::serve::<UsersModule>().await;
    assert_eq!(app.send("GET", "/extracted/user", "X-User: ada\r\n", "").await.body, "ada");
    let refused = app.get("/extracted/user").await;
    assert_eq!((refused.status, &refused.json()["message"]), (401, &"who are you?".into()));
    assert_eq!(app.send("POST", "/extracted/all", "X-Tenant: acme\r\n", "b").await.body, "ACME 14 b");
    assert_eq!(app.send("POST", "/extracted/all", "", "b").await.body, "nobody's 14 b");
    assert_eq!(app.send("GET", "/extracted/events", "X-User: ada\r\n", "").await.body, "data: ada\n\n");
    app.end().await;
}
