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

#[module(controllers = [Metas])]
pub struct MetasModule;

/// EXC.1, EXC.3, EXC.5 to EXC.7; GRD.5, GRD.8.
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
            "/metas/both/7",
            "test"
        ])
    );
    assert_eq!(
        app.get("/metas/class").await.json(),
        json!(["Metas", "class", ["user"], [1], ["user"], "of the class", "/metas/class", "test"])
    );
    assert_eq!(app.get("/metas/events").await.body, "data: Metas events\n\n");
    app.end().await;
}
