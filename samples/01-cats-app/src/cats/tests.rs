//! Tests beside the source: the controller alone, the service alone, and the module with a service of the test's.

use super::CatsModule;
use super::controller::CatsController;
use super::dto::Cat;
use super::service::CatsService;
use crate::AppModule;
use crate::common::RolesGuard;
use oriole::prelude::*;
use oriole_testing::{Result, Test, TestApp, TestBuilder};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

fn tom() -> Cat {
    Cat { name: "Tom".to_owned(), age: 3, breed: "tabby".to_owned() }
}

/// A service that knows one cat.
fn one_cat() -> Arc<CatsService> {
    let cats = CatsService::default();
    cats.create(tom());
    Arc::new(cats)
}

async fn app(test: TestBuilder) -> Result<TestApp> {
    test.compile().await?.create_application().init().await
}

#[test]
fn a_service_keeps_cats_in_their_order() {
    let cats = one_cat();
    cats.create(Cat { name: "Kitty".to_owned(), ..tom() });
    let names: Vec<_> = cats.all().into_iter().map(|cat| cat.name).collect();
    assert_eq!(names, ["Tom", "Kitty"]);
    assert!(cats.find(2).is_none());
}

/// Parity: TST.1, TST.15.
#[tokio::test]
async fn find_all_gives_what_the_service_has() {
    let controller = CatsController { cats: one_cat() };
    assert_eq!(controller.find_all().await.len(), 1);
}

#[tokio::test]
async fn the_module_has_one_service_for_all() -> Result {
    let test = Test::module::<CatsModule>().compile().await?;
    test.get::<CatsService>()?.create(tom());
    assert_eq!(test.get::<CatsController>()?.find_all().await.len(), 1);
    Ok(())
}

#[tokio::test]
async fn cats_come_from_an_overridden_service() -> Result {
    let app = app(Test::module::<AppModule>().override_provider::<CatsService>().use_value(one_cat())).await?;
    // The interceptor that is registered for all wraps it.
    app.get("/cats").await?.assert_status(200).assert_json(json!({"data": [tom()]}));
    app.close().await
}

/// Lets everybody be an admin.
struct Open;

impl Guard for Open {
    async fn can_activate(&self, _: &mut ExecutionContext) -> Result<bool, HttpException> {
        Ok(true)
    }
}

#[tokio::test]
async fn adding_a_cat_needs_a_role_unless_the_guard_is_overridden() -> Result {
    let guarded = app(Test::module::<AppModule>()).await?;
    guarded.post("/cats").json(tom()).await?.assert_status(403);
    guarded.close().await?;

    let open = app(Test::module::<AppModule>().override_guard::<RolesGuard>().use_value(Open)).await?;
    open.post("/cats").json(tom()).await?.assert_status(201);
    open.get("/cats/0").await?.assert_json(json!({"data": tom()}));
    open.close().await
}

/// Two seconds, of which none passes.
#[tokio::test(start_paused = true)]
async fn a_slow_handler_is_given_up() -> Result {
    let (app, begun) = (app(Test::module::<AppModule>()).await?, tokio::time::Instant::now());
    app.get("/cats/slow").await?.assert_status(408);
    assert!(begun.elapsed() >= Duration::from_secs(2), "{:?}", begun.elapsed());
    app.close().await
}
