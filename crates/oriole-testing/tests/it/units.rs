//! One class with stand-ins.

use crate::app::{CatsController, CatsRepo, CatsService, Fake, GREETING, PgCats};
use oriole::axum::http;
use oriole::prelude::*;
use oriole::{ContextId, CurrentRequest};
use oriole_testing::{Error, MockFn, Mocks, Result, Test};
use std::sync::Arc;
use std::time::Duration;

#[derive(Default)]
struct FakeRepo {
    names: MockFn<(), Vec<String>>,
}

impl CatsRepo for FakeRepo {
    fn names(&self) -> Vec<String> {
        self.names.call(())
    }
}

/// Parity: TST.1.
#[test]
fn a_class_is_built_by_hand() {
    let cats = CatsService { repo: Arc::new(Fake(vec!["Tom"])), greeting: Arc::new("hello".to_owned()) };
    assert_eq!(cats.all(), ["hello Tom"]);
}

/// Behaviour is set before the class is built, or afterwards; stand-ins are found by type and by token.
///
/// Parity: RSU.3.
#[tokio::test]
async fn everything_that_one_class_needs_is_a_stand_in() -> Result {
    let unit = Test::solitary::<CatsService>()
        .mock::<dyn CatsRepo, FakeRepo>(|repo| repo)
        .mock_token(GREETING, Arc::new("hi".to_owned()))
        .compile()
        .await?;
    assert_eq!(unit.all(), [""; 0], "a stand-in says nothing of its own");
    unit.mock::<FakeRepo>().names.returns(vec!["Tom".to_owned()]);
    assert_eq!(unit.all(), ["hi Tom"]);
    assert_eq!(unit.mock::<FakeRepo>().names.count(), 2);
    assert_eq!(unit.get::<dyn CatsRepo>()?.names(), ["Tom"]);
    assert_eq!(*unit.get_token(GREETING)?, "hi");

    let before = Test::solitary::<CatsService>()
        .mock_value::<dyn CatsRepo>(Arc::new(Fake(vec!["Kitty"])))
        .mock_token(GREETING, Arc::new("hey".to_owned()))
        .compile()
        .await?;
    assert_eq!(before.subject().all(), ["hey Kitty"]);
    Ok(())
}

/// Parity: RSU.2.
#[tokio::test]
async fn named_classes_are_real_and_the_rest_are_stand_ins() -> Result {
    let unit = Test::sociable::<CatsController>()
        .expose::<CatsService>()
        .mock::<dyn CatsRepo, FakeRepo>(|repo| repo)
        .mock_token(GREETING, Arc::new("hi".to_owned()))
        .compile()
        .await?;
    unit.mock::<FakeRepo>().names.returns(vec!["Tom".to_owned()]);
    assert_eq!(unit.cats.all(), ["hi Tom"]);
    assert!(Arc::ptr_eq(&unit.cats, &unit.get::<CatsService>()?));
    Ok(())
}

/// Parity: RSU.4.
#[test]
fn stand_ins_of_single_functions_are_made_by_hand() {
    let names = MockFn::<(), Vec<String>>::new(|()| vec!["Tom".to_owned()]);
    let repo = FakeRepo { names };
    repo.names.returns_once(vec![]);
    assert_eq!((repo.names().len(), repo.names().len()), (0, 1));
    assert_eq!(repo.names.calls().len(), 2);
    let result = std::panic::catch_unwind(|| MockFn::<u8, ()>::default().assert_called_with(&1).count());
    assert!(result.is_err(), "nobody called it");
}

/// What stands around handlers is for tests of modules: here its guard does not run.
///
/// Parity: RSU.5.
#[tokio::test]
async fn guards_do_not_run_for_a_class_alone() -> Result {
    #[injectable]
    struct Closed;

    impl Guard for Closed {
        async fn can_activate(&self, _: &mut ExecutionContext) -> Result<bool, HttpException> {
            Ok(false)
        }
    }

    #[injectable]
    struct Secrets;

    #[controller]
    #[use_guards(Closed)]
    impl Secrets {
        #[get]
        async fn all(&self) -> &'static str {
            "secret"
        }
    }

    #[module(root, controllers = [Secrets])]
    struct SecretsModule;

    assert_eq!(Test::solitary::<Secrets>().compile().await?.all().await, "secret");
    let app = Test::module::<SecretsModule>().compile().await?.create_application().init().await?;
    app.get("/").await?.assert_status(403);
    app.close().await
}

#[injectable]
struct Careful {
    repo: Option<Arc<dyn CatsRepo>>,
    all: Arc<PgCats>,
}

/// Every need without a stand-in is told; an optional one goes without.
#[tokio::test]
async fn what_has_no_stand_in_is_told() -> Result {
    let error = Test::solitary::<CatsService>().compile().await.unwrap_err();
    let Error::Unmocked { unit: "CatsService", needs } = &error else { panic!("{error}") };
    for need in ["`dyn CatsRepo`, which `CatsService` needs", "`GREETING`, which `CatsService` needs", "app.rs:"] {
        assert!(needs.contains(need), "{error}");
    }
    let unit = Test::solitary::<Careful>().mock_value(Arc::new(PgCats)).compile().await?;
    assert!(unit.repo.is_none());
    assert_eq!(unit.all.names().len(), 1);
    Ok(())
}

#[injectable]
struct Paged {
    limits: Arc<Limits>,
}

struct Limits {
    page: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { page: 20 }
    }
}

/// Options and the like need no stand-in, only a value.
#[tokio::test]
async fn a_default_stands_in_for_itself() -> Result {
    let unit = Test::solitary::<Paged>().mock_default::<Limits>().compile().await?;
    assert_eq!(unit.limits.page, 20);
    assert!(Arc::ptr_eq(&unit.limits, &unit.mock::<Limits>()), "it is the one that the class has");
    assert!(Test::solitary::<Paged>().compile().await.is_err(), "no value is made up that was not asked for");
    Ok(())
}

/// One set of stand-ins serves many tests; what a test says itself comes first.
#[tokio::test]
async fn stand_ins_are_shared_by_tests() -> Result {
    fn usual() -> Mocks {
        Mocks::new().of::<dyn CatsRepo, FakeRepo>(|repo| repo).token(GREETING, Arc::new("usual".to_owned()))
    }
    let mocks = usual();
    let unit = Test::solitary::<CatsService>().use_mocker(mocks.clone()).compile().await?;
    mocks.get::<FakeRepo>().names.returns(vec!["Tom".to_owned()]);
    assert_eq!(unit.all(), ["usual Tom"]);

    let unit = Test::solitary::<CatsService>().use_mocker(usual()).mock_token(GREETING, Arc::new("own".to_owned()));
    assert_eq!(*unit.compile().await?.greeting, "own");
    Ok(())
}

#[injectable]
struct Tenant {
    request: CurrentRequest,
    all: Arc<dyn CatsRepo>,
}

/// What comes with a request is no stand-in: the test says it.
#[tokio::test]
async fn a_class_of_the_request_has_the_request_of_the_test() -> Result {
    let unit = || Test::solitary::<Tenant>().mock::<dyn CatsRepo, FakeRepo>(|repo| repo);
    let error = unit().compile().await.unwrap_err();
    assert!(matches!(error, Error::Resolve(_)), "{error}");

    let (parts, ()) = http::Request::builder().uri("/cats").body(()).expect("a request").into_parts();
    let unit = unit().context(&ContextId::new().with(Arc::new(parts))).compile().await?;
    assert_eq!(unit.request.uri.path(), "/cats");
    assert_eq!(unit.all.names(), [""; 0]);
    Ok(())
}

#[injectable]
struct Waits {
    _never: Arc<Never>,
}

#[token]
struct Never;

#[provider]
async fn never() -> Never {
    std::future::pending().await
}

/// A factory that is not done is no test that hangs.
#[tokio::test(start_paused = true)]
async fn what_is_not_built_in_time_is_told() -> Result {
    let unit = Test::sociable::<Waits>().expose::<never>().patience(Duration::from_secs(3));
    let error = unit.compile().await.unwrap_err();
    assert_eq!(error.to_string(), "the factories were not done within 3s");
    Ok(())
}
