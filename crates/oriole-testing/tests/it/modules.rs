//! Modules: look-ups, replacement, mocks, hooks.

use crate::app::{AppModule, Basket, CatsModule, CatsRepo, CatsService, Fake, GREETING, Note};
use oriole::prelude::*;
use oriole::{ContextId, CurrentRequest, HttpAdapterHost, HttpAdapterModule, Inquirer, LazyModules, ResolveError};
use oriole_testing::{Error, Missing, Mock, Mocks, Result, Test};
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Parity: TST.2, TST.3.
#[tokio::test]
async fn static_instances_are_got_and_others_resolved() -> Result {
    let test = Test::module::<AppModule>().compile().await?;
    assert!(Arc::ptr_eq(&test.get::<CatsService>()?, &test.get::<CatsService>()?));
    let error = test.get::<Basket>().unwrap_err();
    assert!(matches!(error, Error::Resolve(ResolveError::NotSingleton { .. })), "{error}");

    assert!(!Arc::ptr_eq(&test.resolve::<Basket>().await?, &test.resolve::<Basket>().await?));
    assert!(!Arc::ptr_eq(&test.resolve::<Note>().await?, &test.resolve::<Note>().await?));
    let context = ContextId::new();
    assert!(Arc::ptr_eq(&test.resolve_in::<Basket>(&context).await?, &test.resolve_in::<Basket>(&context).await?));
    Ok(())
}

#[module(imports = [CatsModule], providers = [Note])]
struct OtherModule;

#[module(root, imports = [OtherModule, CatsModule])]
struct BothModule;

/// Parity: TST.11, TST.14.
#[tokio::test]
async fn look_ups_in_one_module_are_strict() -> Result {
    let test = Test::module::<BothModule>().compile().await?;
    let cats = test.select::<CatsModule>()?;
    assert!(Arc::ptr_eq(&cats.get::<CatsService>()?, &test.get::<CatsService>()?));
    let other = test.select::<OtherModule>()?;
    assert!(matches!(other.get::<CatsService>(), Err(ResolveError::NotFound { .. })), "it sees it, and has it not");
    assert!(test.select::<AppModule>().is_err());
    Ok(())
}

#[token]
struct Port(u16);

#[module(dynamic = [Port], exports = [Port])]
struct PortModule;

impl PortModule {
    fn of(port: u16) -> DynamicModule<Self> {
        CALLS.with(|calls| calls.fetch_add(1, Ordering::Relaxed));
        DynamicModule::new().value(Port(port))
    }
}

thread_local! {
    static CALLS: AtomicUsize = const { AtomicUsize::new(0) };
}

#[injectable]
struct Dialer {
    port: Arc<Port>,
}

#[module(imports = [PortModule::of(1)], exports = [PortModule], providers = [Dialer])]
struct DialModule;

#[injectable]
struct Caller {
    port: Arc<Port>,
}

#[module(root, imports = [DialModule], providers = [Caller])]
struct CallModule;

#[module(root, imports = [PortModule::of(1), PortModule::of(2)])]
struct TwoPortsModule;

/// Parity: TST.14.
#[tokio::test]
async fn several_instances_of_one_type_are_told_apart() -> Result {
    let test = Test::module::<TwoPortsModule>().compile().await?;
    let ports: Vec<u16> = test.get_each::<Port>()?.iter().map(|port| port.0).collect();
    assert_eq!(ports, [1, 2]);
    assert_eq!(test.select::<PortModule>()?.get::<Port>()?.0, 1);
    Ok(())
}

#[provider]
fn test_port() -> Port {
    Port(7)
}

#[module(providers = [test_port], exports = [Port])]
struct TestPortModule;

/// A module is replaced by another, which its importers pass on as the first; the call is not evaluated.
///
/// Parity: TST.4.
#[tokio::test]
async fn a_module_is_replaced_by_another() -> Result {
    let before = CALLS.with(|calls| calls.load(Ordering::Relaxed));
    let test = Test::module::<CallModule>().override_module::<PortModule>().use_module::<TestPortModule>();
    let test = test.compile().await?;
    assert_eq!((test.get::<Dialer>()?.port.0, test.get::<Caller>()?.port.0), (7, 7));
    assert_eq!(CALLS.with(|calls| calls.load(Ordering::Relaxed)), before, "the call is not evaluated");

    let given = PortModule::of(8);
    let test = Test::module::<CallModule>().override_module::<PortModule>().use_dynamic_module(given);
    assert_eq!(test.compile().await?.get::<Caller>()?.port.0, 8);

    let nowhere = Test::module::<AppModule>().override_module::<PortModule>().use_module::<TestPortModule>();
    let error = nowhere.compile().await.unwrap_err().to_string();
    let expected = "ORI015: the test overrides the module `PortModule`, which nothing in `AppModule` imports.";
    assert!(error.contains(expected) && error.contains(file!()), "{error}");
    let root = Test::module::<AppModule>().override_module::<AppModule>().use_module::<TestPortModule>();
    assert!(root.compile().await.unwrap_err().to_string().contains("ORI015"));
    Ok(())
}

/// The graph that a test makes is checked as any other.
#[tokio::test]
async fn what_a_replaced_module_lacks_is_told() {
    #[module]
    struct Empty;

    let test = Test::module::<CallModule>().override_module::<PortModule>().use_module::<Empty>();
    let error = test.compile().await.unwrap_err().to_string();
    assert!(error.contains("ORI001: `Dialer` in `DialModule` needs `Port`"), "{error}");
}

#[injectable]
struct Needy {
    repo: Arc<dyn CatsRepo>,
    #[inject(GREETING)]
    greeting: Arc<String>,
    port: Option<Arc<Port>>,
}

#[injectable]
struct Second {
    repo: Arc<dyn CatsRepo>,
}

#[module(providers = [Needy, Second])]
struct NeedyModule;

/// The mocker is asked once for each token, with what is needed; all who need it get the same.
///
/// Parity: TST.6.
#[tokio::test]
async fn a_mocker_supplies_what_is_missing() -> Result {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&asked);
    let mocker = move |missing: &Missing| -> Option<Mock> {
        told.lock().expect("nobody panicked").push(format!(
            "{} {} {}",
            missing.name(),
            missing.consumer(),
            missing.member()
        ));
        let greeting = || missing.mock_token(GREETING, || Arc::new("hey".to_owned()));
        missing.mock::<dyn CatsRepo>(|| Arc::new(Fake(vec!["mock"]))).or_else(greeting)
    };
    let test = Test::module::<NeedyModule>().use_mocker(mocker).compile().await?;
    let needy = test.get::<Needy>()?;
    assert_eq!((needy.repo.names(), needy.greeting.as_str()), (vec!["mock".to_owned()], "hey"));
    assert!(needy.port.is_none(), "nobody supplied it, and it is optional");
    assert!(Arc::ptr_eq(&needy.repo, &test.get::<Second>()?.repo));
    assert!(Arc::ptr_eq(&needy.repo, &test.get::<dyn CatsRepo>()?));
    let mut asked = asked.lock().expect("nobody panicked").clone();
    asked.sort();
    assert_eq!(asked, ["GREETING Needy greeting", "Port Needy port", "dyn CatsRepo Needy repo"]);

    let error = Test::module::<NeedyModule>().use_mocker(Mocks::new()).compile().await.unwrap_err().to_string();
    assert!(error.contains("ORI001: `Second` in `NeedyModule` needs `dyn CatsRepo`"), "{error}");
    Ok(())
}

#[injectable]
struct Tenant {
    request: CurrentRequest,
}

#[injectable(transient)]
struct Named {
    of: Inquirer,
}

#[injectable]
struct Asks {
    named: Arc<Named>,
}

#[module(root, providers = [Tenant, Named, Asks])]
struct TenantModule;

/// The request and the inquirer are no needs that a mocker is asked for; a test gives the request to the context.
///
/// Parity: TST.6.
#[tokio::test]
async fn what_comes_with_a_request_is_not_mocked() -> Result {
    let test = Test::module::<TenantModule>().use_mocker(|missing: &Missing| panic!("asked for {missing:?}"));
    let test = test.compile().await?;
    assert_eq!(test.get::<Asks>()?.named.of.name(), Some("Asks"));
    let error = test.resolve::<Tenant>().await.err().expect("there is no request");
    assert!(matches!(error, Error::Resolve(ResolveError::NoRequest { .. })), "{error}");
    let (parts, ()) = oriole::http::Request::get("/cats").body(()).unwrap().into_parts();
    let tenant = test.resolve_in::<Tenant>(&ContextId::new().with(Arc::new(parts))).await?;
    assert_eq!(tenant.request.uri.path(), "/cats");
    Ok(())
}

#[injectable]
struct Hooked {
    said: Arc<Said>,
}

#[token]
#[derive(Default)]
struct Said(Mutex<Vec<&'static str>>);

impl OnModuleInit for Hooked {
    async fn on_module_init(&self) -> Result<(), BoxError> {
        self.said.0.lock().expect("nobody panicked").push("init");
        Ok(())
    }
}

impl OnApplicationShutdown for Hooked {
    async fn on_application_shutdown(&self, _: Option<Signal>) -> Result<(), BoxError> {
        self.said.0.lock().expect("nobody panicked").push("shutdown");
        Ok(())
    }
}

#[controller("said")]
impl Hooked {
    #[get]
    async fn all(&self) -> Json<Vec<&'static str>> {
        Json(self.said.0.lock().expect("nobody panicked").clone())
    }
}

#[module(root, controllers = [Hooked], providers = [Said = Said::default()])]
struct HookedModule;

/// Nothing runs before the application is initialised by hand; what is closed runs the hooks of the end.
///
/// Parity: TST.7, TST.16.
#[tokio::test]
async fn hooks_run_when_they_are_asked_to() -> Result {
    let test = Test::module::<HookedModule>().compile().await?;
    let said = test.get::<Said>()?;
    assert!(said.0.lock().expect("nobody panicked").is_empty());
    let app = test.create_application().init().await?;
    app.get("/said").await?.assert_json(json!(["init"]));
    app.close().await?;
    assert_eq!(*said.0.lock().expect("nobody panicked"), ["init", "shutdown"]);

    // Without a server.
    let test = Test::module::<HookedModule>().compile().await?;
    let said = test.get::<Said>()?;
    test.init().await?;
    test.close().await?;
    assert_eq!(*said.0.lock().expect("nobody panicked"), ["init", "shutdown"]);
    Ok(())
}

#[injectable]
struct Stuck;

impl BeforeApplicationShutdown for Stuck {
    async fn before_application_shutdown(&self, _: Option<Signal>) -> Result<(), BoxError> {
        Err("it is stuck".into())
    }
}

/// A hook that fails at the end is the error of the end.
#[tokio::test]
async fn what_fails_at_the_end_is_told() -> Result {
    #[module(root, providers = [Stuck])]
    struct StuckModule;

    let expected = "ORI011: `before_application_shutdown` of `Stuck` in `StuckModule` failed: it is stuck";
    let test = Test::module::<StuckModule>().compile().await?;
    let app = test.create_application().listen().await?;
    assert!(app.close().await.unwrap_err().to_string().starts_with(expected));
    assert!(test.close().await.unwrap_err().to_string().starts_with(expected));
    Ok(())
}

/// One hook that fails keeps no other from running, and none of them from being told.
#[tokio::test]
async fn everything_that_fails_at_the_end_is_told() -> Result {
    #[injectable]
    struct Leaky;

    impl OnModuleDestroy for Leaky {
        async fn on_module_destroy(&self) -> Result<(), BoxError> {
            Err("it leaks".into())
        }
    }

    #[module(root, providers = [Stuck, Leaky])]
    struct LeakyModule;

    let said = Test::module::<LeakyModule>().compile().await?.close().await.unwrap_err().to_string();
    assert!(said.contains("it leaks") && said.contains("it is stuck"), "{said}");
    Ok(())
}

#[provider]
async fn never() -> Port {
    std::future::pending().await
}

#[injectable]
struct Sleepy;

impl OnModuleInit for Sleepy {
    async fn on_module_init(&self) -> Result<(), BoxError> {
        std::future::pending().await
    }
}

/// No wait of a test is without an end: with a paused clock it is over at once.
#[tokio::test(start_paused = true)]
async fn what_is_not_done_in_time_is_told() -> Result {
    #[module(root, providers = [never])]
    struct Never;

    #[module(root, providers = [Sleepy])]
    struct SleepyModule;

    let error = Test::module::<Never>().patience(Duration::from_secs(5)).compile().await.unwrap_err();
    assert_eq!(error.to_string(), "the factories were not done within 5s");
    let error = Test::module::<SleepyModule>().compile().await?.init().await.unwrap_err().to_string();
    assert!(error.starts_with("ORI011: `on_module_init` of `Sleepy` in `SleepyModule` failed: "), "{error}");
    Ok(())
}

/// Parity: TST.9.
#[tokio::test]
async fn the_adapter_knows_nothing_before_it_listens() -> Result {
    #[module(root, imports = [HttpAdapterModule])]
    struct Host;

    let test = Test::module::<Host>().compile().await?;
    let host = test.get::<HttpAdapterHost>()?;
    assert!(!host.is_listening());
    let app = test.create_application().listen().await?;
    host.listening().await;
    assert_eq!(host.local_addrs(), [app.local_addr().expect("it listens")]);
    app.close().await
}

#[injectable]
struct Loader {
    modules: LazyModules,
}

#[module(imports = [PortModule::of(1)], exports = [PortModule])]
struct LateModule;

#[module(root, providers = [Loader])]
struct LoaderModule;

/// A module that is loaded late is built with what the test replaces.
#[tokio::test]
async fn lazy_modules_have_the_overrides() -> Result {
    #[module(root, imports = [PortModule::of(1)], providers = [Loader])]
    struct Root;

    let test = Test::module::<Root>().override_module::<PortModule>().use_module::<TestPortModule>().compile().await?;
    let late = test.get::<Loader>()?.modules.load::<LateModule>().await?;
    assert_eq!(late.select::<PortModule>()?.get::<Port>()?.0, 7);
    // In an application without overrides nothing changes.
    let plain = Test::module::<LoaderModule>().compile().await?;
    let late = plain.get::<Loader>()?.modules.load::<LateModule>().await?;
    assert_eq!(late.select::<PortModule>()?.get::<Port>()?.0, 1);
    Ok(())
}

/// A class that no module lists is made with what the module has.
#[tokio::test]
async fn what_is_not_listed_is_created() -> Result {
    #[module(root, providers = [test_port])]
    struct Root;

    let test = Test::module::<Root>().compile().await?;
    assert_eq!(test.create::<Dialer>().await?.port.0, 7);
    Ok(())
}
