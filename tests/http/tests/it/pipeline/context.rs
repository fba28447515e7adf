//! What enhancers are told.

use http_tests::App;
use oriole::ContextKind;
use oriole::prelude::*;
use serde_json::json;

#[derive(Clone, Debug, PartialEq)]
struct Roles(Vec<&'static str>);

/// Answers with what it is told.
struct Tell;

impl Interceptor for Tell {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        if ctx.kind() == ContextKind::Sse {
            let (controller, handler) = (ctx.controller(), ctx.handler());
            let text = format!("{controller} {handler}");
            return Ok(next.run(ctx).await?.map_events(move |_| MessageEvent::new(text.clone())));
        }
        let _ = next.run(ctx).await?;
        let merged = ctx.meta_merged::<Roles>(|mut roles, more| {
            roles.0.extend(&more.0);
            roles
        });
        Ok(Reply::json(&json!([
            ctx.controller(),
            ctx.handler(),
            ctx.meta::<Roles>().map(|roles| &roles.0),
            ctx.meta_all::<Roles>().map(|roles| roles.0.len()).collect::<Vec<_>>(),
            merged.map(|roles| roles.0),
            ctx.meta::<&str>(),
            ctx.meta::<u64>(),
            // The handler's arguments took it, and it is here.
            ctx.http().uri.path(),
            ctx.http().headers.get("host").and_then(|host| host.to_str().ok()),
        ])))
    }
}

#[injectable]
pub struct Metas;

#[controller("metas")]
#[meta(Roles(vec!["user"]), "of the class")]
#[use_interceptors(Tell {})]
impl Metas {
    #[get("both/{id}")]
    #[meta(Roles(vec!["admin", "owner"]))]
    async fn both(&self, Path(_id): Path<u32>, _headers: HeaderMap) {}

    #[get("class")]
    async fn class(&self) {}

    #[sse("events")]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        futures_util::stream::iter([MessageEvent::new("1")])
    }
}

/// Lets in who has one of the handler's roles, and everybody where it asks for none.
#[injectable]
pub struct RolesGuard;

impl Guard for RolesGuard {
    async fn can_activate(&self, ctx: &mut ExecutionContext) -> Result<bool, HttpException> {
        let role = ctx.http().headers.get("x-role").and_then(|role| role.to_str().ok());
        if (ctx.controller(), ctx.handler()) == ("Guarded", "closed") {
            return Err(HttpException::gone("closed for everybody"));
        }
        Ok(ctx.meta::<Roles>().is_none_or(|roles| role.is_some_and(|role| roles.0.contains(&role))))
    }
}

#[injectable]
pub struct Guarded;

#[controller("guarded")]
#[use_guards(RolesGuard)]
impl Guarded {
    #[get("open")]
    async fn open(&self) {}

    #[get("admins")]
    #[meta(Roles(vec!["admin"]))]
    async fn admins(&self) {}

    #[get("closed")]
    async fn closed(&self) {}
}

/// Parity: GRD.5, GRD.8, GRD.9.
#[tokio::test]
async fn a_guard_reads_the_roles_of_its_handler() {
    let app = App::serve::<MetasModule>().await;
    let status = async |path: &str, role: &str| app.send("GET", path, role, "").await.status;
    assert_eq!(status("/guarded/open", "").await, 200);
    assert_eq!(status("/guarded/admins", "").await, 403);
    assert_eq!(status("/guarded/admins", "X-Role: user\r\n").await, 403);
    assert_eq!(status("/guarded/admins", "X-Role: admin\r\n").await, 200);
    assert_eq!(status("/guarded/closed", "X-Role: admin\r\n").await, 410);
    app.end().await;
}

#[module(controllers = [Metas, Guarded])]
pub struct MetasModule;

/// Parity: EXC.1, EXC.2, EXC.3, EXC.4, EXC.5, EXC.6, EXC.7, EXC.8.
#[tokio::test]
async fn names_and_metadata() {
    let app = App::serve::<MetasModule>().await;
    assert_eq!(
        app.get("/metas/both/7").await.json(),
        json!([
            "Metas",
            "both",
            ["admin", "owner"],
            [2, 1],
            ["admin", "owner", "user"],
            "of the class",
            null,
            "/metas/both/7",
            "test"
        ])
    );
    assert_eq!(
        app.get("/metas/class").await.json(),
        json!(["Metas", "class", ["user"], [1], ["user"], "of the class", null, "/metas/class", "test"])
    );
    assert_eq!(app.get("/metas/events").await.body, "data: Metas events\n\n");
    app.end().await;
}
