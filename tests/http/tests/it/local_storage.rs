//! What belongs to a request is there wherever code runs for it.

use futures_util::stream;
use http_tests::{App, Connection, PATIENCE, within};
use oriole::events::{EventBus, EventsModule};
use oriole::prelude::*;
use oriole::{LocalStorage, LocalStorageLayer, LocalStorageOptions, LocalStore};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Notify, mpsc};

/// Who asks.
struct User(String);

/// What was passed on the way, in order.
struct Trail(Mutex<Vec<&'static str>>);

/// What runs in one piece, or not at all.
struct Transaction(u32);

fn options() -> LocalStorageOptions {
    LocalStorageOptions::new()
        .id(|request| request.headers.get("x-id").and_then(|id| id.to_str().ok()).unwrap_or("none").to_owned())
        .setup(|store, _| store.set(Trail(Mutex::default())))
}

fn pass(place: &'static str) {
    if let Some(trail) = LocalStorage::new().get::<Trail>() {
        trail.0.lock().expect("nobody panics with it").push(place);
    }
}

/// Lives as long as the application, and takes no argument.
#[injectable]
struct Repository {
    local: LocalStorage,
    #[inject(default)]
    seen: Mutex<Vec<String>>,
    #[inject(default)]
    go: Arc<Notify>,
}

impl Repository {
    fn who(&self) -> String {
        let (user, id) = (self.local.get::<User>(), self.local.id());
        format!("{} {}", user.as_ref().map_or("nobody", |user| &user.0), id.as_deref().unwrap_or("-"))
    }
}

#[injectable]
struct Identify {
    local: LocalStorage,
}

impl oriole::Guard for Identify {
    async fn can_activate(&self, ctx: &mut ExecutionContext) -> Result<bool, HttpException> {
        pass("guard");
        let user = ctx.http().headers.get("x-user").and_then(|user| user.to_str().ok()).unwrap_or("guest");
        Ok(self.local.set(User(user.to_owned())))
    }
}

#[injectable]
struct InTransaction {
    local: LocalStorage,
}

impl Interceptor for InTransaction {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        pass("interceptor");
        self.local.set(Transaction(7));
        let reply = next.run(ctx).await;
        pass("interceptor again");
        reply
    }
}

#[injectable]
struct CheckName;

impl oriole::Pipe for CheckName {
    async fn transform(&self, _: &mut (dyn std::any::Any + Send), _: &oriole::ArgMeta) -> Result<(), HttpException> {
        pass("pipe");
        Ok(())
    }
}

#[injectable]
struct Desk {
    repository: Arc<Repository>,
    local: LocalStorage,
    bus: Arc<EventBus>,
}

#[controller("desk")]
#[use_guards(Identify)]
impl Desk {
    #[get("who")]
    async fn who(&self) -> String {
        tokio::task::yield_now().await;
        self.repository.who()
    }

    #[get("trail/{name}")]
    #[use_interceptors(InTransaction)]
    async fn trail(&self, #[use_pipes(CheckName)] Path(name): Path<String>) -> String {
        pass("handler");
        let transaction = self.local.get::<Transaction>().expect("the interceptor has begun one").0;
        let trail = self.local.get::<Trail>().expect("it is set up");
        let trail = trail.0.lock().expect("nobody panics with it").join(", ");
        format!("{name} {transaction}: {trail}")
    }

    /// The server reads this when the method has returned.
    #[sse("events")]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        let left = {
            let repository = Arc::clone(&self.repository);
            move || repository.seen.lock().expect("nobody panics with it").push(format!("left {}", repository.who()))
        };
        let go = Arc::clone(&self.repository.go);
        let events = stream::unfold(0, move |number| {
            let (go, repository) = (Arc::clone(&go), Arc::clone(&self.repository));
            async move {
                go.notified().await;
                Some((MessageEvent::new(format!("{number} {}", repository.who())), number + 1))
            }
        });
        events.finalize(left)
    }

    #[get("tasks")]
    async fn tasks(&self) -> String {
        let mut tasks = tokio::task::JoinSet::new();
        let repository = Arc::clone(&self.repository);
        tasks.spawn(async move { format!("alone {}", repository.who()) });
        let alone = tasks.join_next().await.expect("it was spawned").expect("it ends");
        let repository = Arc::clone(&self.repository);
        tasks.spawn(self.local.carry(async move { format!("carried {}", repository.who()) }));
        let carried = tasks.join_next().await.expect("it was spawned").expect("it ends");
        format!("{alone}, {carried}")
    }

    /// Its client leaves, and it goes on in a task.
    #[get("long")]
    #[run_to_end]
    async fn long(&self) {
        self.repository.go.notified().await;
        let seen = self.repository.who();
        self.repository.seen.lock().expect("nobody panics with it").push(seen);
    }

    #[get("seen")]
    async fn seen(&self) -> String {
        self.repository.seen.lock().expect("nobody panics with it").join(", ")
    }

    /// A plain listener is called by whoever emits.
    #[get("emit")]
    async fn emit(&self) -> Result<String, HttpException> {
        self.bus.emit_named("asked", ()).map_err(HttpException::internal)?;
        Ok(self.repository.seen.lock().expect("nobody panics with it").join(", "))
    }
}

#[listeners]
impl Repository {
    #[on_event("asked")]
    fn asked(&self) {
        self.seen.lock().expect("nobody panics with it").push(self.who());
    }
}

#[module(imports = [EventsModule], providers = [Repository], controllers = [Desk])]
struct DeskModule;

async fn serve() -> App {
    App::serve_with::<DeskModule>(|app| app.local_storage(options())).await
}

async fn ask(app: &App, path: &str, user: &str) -> String {
    let headers = format!("x-user: {user}\r\nx-id: of-{user}\r\n");
    let response = app.send("GET", path, &headers, "").await;
    assert_eq!(response.status, 200, "{}", response.body);
    response.body
}

/// Parity: RAL.1, RAL.2, RAL.3.
#[tokio::test]
async fn a_singleton_knows_for_whom_it_runs() {
    let app = serve().await;
    let (ada, bob) = tokio::join!(ask(&app, "/desk/who", "ada"), ask(&app, "/desk/who", "bob"));
    assert_eq!((ada.as_str(), bob.as_str()), ("ada of-ada", "bob of-bob"));
    app.end().await;
}

/// Parity: RAL.1, RAL.2.
#[tokio::test]
async fn every_stage_sees_what_the_ones_before_have_set() {
    let app = App::serve_with::<DeskModule>(|app| {
        app.local_storage(options()).layer(axum::middleware::map_request(|request: axum::extract::Request| async {
            pass("middleware");
            request
        }))
    })
    .await;
    assert_eq!(ask(&app, "/desk/trail/x", "ada").await, "x 7: middleware, guard, interceptor, pipe, handler");
    app.end().await;
}

/// Parity: RAL.1.
#[tokio::test]
async fn it_holds_while_a_stream_is_sent_and_when_its_client_leaves() {
    let mut repository = None;
    let app = App::serve_with::<DeskModule>(|app| {
        repository = app.get::<Repository>();
        app.local_storage(options())
    })
    .await;
    let repository = repository.expect("the module provides it");
    let mut connection = Connection::open(app.addr).await;
    connection.send("GET /desk/events HTTP/1.1\r\nHost: test\r\nx-user: ada\r\nx-id: of-ada\r\n\r\n").await;
    for number in 0..2 {
        repository.go.notify_one();
        if number == 0 {
            connection.head().await;
        }
        let mut text = String::new();
        while !text.contains("\n\n") {
            text += &within(PATIENCE, connection.chunk()).await.expect("it goes on");
        }
        assert!(text.contains(&format!("data: {number} ada of-ada\n")), "{text}");
    }
    drop(connection);
    until_seen(&repository).await;
    assert_eq!(*repository.seen.lock().expect("nobody panics with it"), ["left ada of-ada"]);
    app.end().await;
}

/// Lets work go on until some of it has been seen.
async fn until_seen(repository: &Repository) {
    within(PATIENCE, async {
        while repository.seen.lock().expect("nobody panics with it").is_empty() {
            repository.go.notify_one();
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

/// Parity: RAL.4.
#[tokio::test]
async fn a_task_has_what_it_is_given() {
    let app = serve().await;
    assert_eq!(ask(&app, "/desk/tasks", "ada").await, "alone nobody -, carried ada of-ada");
    app.end().await;
}

#[tokio::test]
async fn a_handler_whose_client_has_left_keeps_it() {
    let mut repository = None;
    let app = App::serve_with::<DeskModule>(|app| {
        repository = app.get::<Repository>();
        app.local_storage(options())
    })
    .await;
    let repository = repository.expect("the module provides it");
    let mut connection = Connection::open(app.addr).await;
    connection.send("GET /desk/long HTTP/1.1\r\nHost: test\r\nx-user: ada\r\nx-id: of-ada\r\n\r\n").await;
    // Whether it has begun is not seen from outside: another request on the way there and back is enough for that.
    ask(&app, "/desk/who", "bob").await;
    drop(connection);
    until_seen(&repository).await;
    assert_eq!(*repository.seen.lock().expect("nobody panics with it"), ["ada of-ada"]);
    app.end().await;
}

#[tokio::test]
async fn a_plain_listener_runs_for_whoever_emits() {
    let app = serve().await;
    assert_eq!(ask(&app, "/desk/emit", "ada").await, "ada of-ada");
    app.end().await;
}

#[tokio::test]
async fn without_it_there_is_nothing() {
    let app = App::serve::<DeskModule>().await;
    let refused = app.get("/desk/who").await;
    assert_eq!(refused.status, 403, "the guard could not say who asks");
    app.end().await;
}

/// Parity: RAL.3.
#[tokio::test]
async fn a_test_runs_with_a_store_of_its_own() {
    let local = LocalStorage::new();
    assert!(!local.set(User("nobody".to_owned())));
    let store = LocalStore::new().with_id("test").with(User("ada".to_owned()));
    let seen = store
        .scope(async {
            local.set(User("bob".to_owned()));
            let inner = LocalStore::new().with(Transaction(1));
            let nested = inner.enter(|| local.get::<User>().is_none() && local.get::<Transaction>().is_some());
            (
                local.get::<User>().expect("it is set").0.clone(),
                local.id(),
                nested,
                local.get::<Transaction>().is_none(),
            )
        })
        .await;
    assert_eq!(seen, ("bob".to_owned(), Some("test".into()), true, true));
    assert_eq!(store.get::<User>().expect("it is set").0, "bob", "the store is the caller's");
    assert!(format!("{store:?}").contains("values: 1"));
}

/// A value may look at the store when it is dropped.
struct Looks(mpsc::Sender<bool>);

impl Drop for Looks {
    fn drop(&mut self) {
        let _ = self.0.try_send(LocalStorage::new().get::<User>().is_some());
    }
}

#[tokio::test]
async fn what_is_replaced_is_dropped_outside_of_the_lock() {
    let (sender, mut receiver) = mpsc::channel(1);
    let store = LocalStore::new().with(User("ada".to_owned())).with(Looks(sender.clone()));
    store.enter(|| store.set(Looks(sender.clone())));
    assert_eq!(receiver.recv().await, Some(true));
    drop(store);
}

#[tokio::test]
async fn a_router_of_axums_may_have_it_alone() {
    use tower::ServiceExt;
    let who = || async { LocalStorage::new().id().map(|id| id.to_string()).unwrap_or_default() };
    let router = axum::Router::new().route("/", axum::routing::get(who)).layer(LocalStorageLayer::new(options()));
    let request = http::Request::get("/").header("x-id", "7").body(axum::body::Body::empty()).expect("it is sound");
    let response = router.oneshot(request).await.expect("it answers");
    let body = http_body_util::BodyExt::collect(response.into_body()).await.expect("it is whole").to_bytes();
    assert_eq!(body, "7");
}
