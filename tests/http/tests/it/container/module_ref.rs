//! Look-ups while the application runs.

use oriole::prelude::*;
use oriole::{ContextId, CurrentRequest, Inquirer, ModuleRef, ResolveError};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

#[token]
pub const LIMIT: Token<u32> = Token::new();

#[injectable]
pub struct Cats;

#[injectable]
pub struct Hidden;

#[injectable(transient)]
pub struct Job {
    of: Inquirer,
    cats: Arc<Cats>,
}

#[injectable(request)]
pub struct Basket;

#[injectable]
pub struct Order {
    basket: Arc<Basket>,
    again: Arc<Basket>,
    job: Arc<Job>,
}

#[injectable]
pub struct Visitor {
    request: CurrentRequest,
}

#[injectable]
pub struct Board {
    module: ModuleRef,
}

#[injectable]
pub struct Check;

impl oriole::Guard for Check {
    async fn can_activate(&self, _: &mut ExecutionContext) -> Result<bool, HttpException> {
        Ok(true)
    }
}

#[injectable]
pub struct Page;

#[controller]
#[use_guards(Check)]
impl Page {
    #[get]
    async fn get(&self) {}
}

/// Provided by two modules.
#[injectable]
pub struct Both;

#[module(providers = [Cats, Hidden, Both, LIMIT = 7], exports = [Cats])]
pub struct CatsModule;

#[module(imports = [CatsModule], providers = [Both, Job, Basket, Order, Visitor, Board, LIMIT = 9], controllers = [Page])]
pub struct BoardModule;

#[module(imports = [BoardModule])]
pub struct RootModule;

async fn board() -> (oriole::Application, ModuleRef) {
    let app = Oriole::create::<RootModule>().await.expect("it is sound");
    let module = app.get::<Board>().expect("provided").module.clone();
    (app, module)
}

/// Parity: MRF.1, MRF.2, MRF.3, MRF.9, PRV.10.
#[tokio::test]
async fn get_looks_in_the_module_or_everywhere() {
    let (app, module) = board().await;
    assert_eq!(module.name(), "BoardModule");
    assert!(module.get::<Board>().is_ok() && module.get::<Page>().is_ok() && module.get::<Check>().is_ok());
    assert!(matches!(module.get::<Cats>(), Err(ResolveError::NotFound { .. })), "its module has it, not this one");
    assert!(Arc::ptr_eq(&module.everywhere().get::<Cats>().expect("provided"), &app.get().expect("provided")));
    assert!(module.everywhere().get::<Hidden>().is_ok());
    assert!(matches!(module.everywhere().get::<String>(), Err(ResolveError::NotFound { .. })));
    for error in [module.get::<Job>().err(), module.get::<Basket>().err(), module.get::<Order>().err()] {
        assert!(matches!(error, Some(ResolveError::NotSingleton { .. })), "{error:?}");
    }
    assert_eq!(*module.get_token(LIMIT).expect("provided"), 9);
    assert_eq!(module.everywhere().get_each::<Cats>().expect("they are built").len(), 1);
    let cats = module.select::<CatsModule>().expect("imported");
    let both = module.everywhere().get_each::<Both>().expect("they are built");
    let each = [&module, &cats].map(|module| module.get::<Both>().expect("it has its own"));
    assert!(both.len() == 2 && !Arc::ptr_eq(&each[0], &each[1]));
    assert!(each.iter().all(|own| both.iter().any(|found| Arc::ptr_eq(found, own))));
    assert_eq!((*cats.get_token(LIMIT).expect("provided"), cats.name()), (7, "CatsModule"));
    assert!(cats.get::<Hidden>().is_ok());
    assert!(cats.select::<BoardModule>().is_err());
}

/// Parity: MRF.4, MRF.5, MRF.6.
#[tokio::test]
async fn resolve_makes_sub_trees() {
    let (_app, module) = board().await;
    let (one, other) =
        (module.resolve::<Order>().await.expect("sound"), module.resolve::<Order>().await.expect("sound"));
    assert!(!Arc::ptr_eq(&one, &other) && !Arc::ptr_eq(&one.basket, &other.basket));
    assert!(Arc::ptr_eq(&one.basket, &one.again), "one for a sub-tree");
    assert!(Arc::ptr_eq(&one.job.cats, &other.job.cats), "singletons are what they are");
    assert_eq!(one.job.of.name(), Some("Order"));
    assert_eq!(module.resolve::<Job>().await.expect("sound").of.name(), None);

    let id = ContextId::new();
    let (one, other) = (module.resolve_in::<Order>(&id).await, module.resolve_in::<Order>(&id.clone()).await);
    assert!(Arc::ptr_eq(&one.expect("sound"), &other.expect("sound")));

    let without = module.resolve_in::<Visitor>(&id).await;
    assert!(matches!(without, Err(ResolveError::NoRequest { provider: "Visitor", .. })), "an id made by hand has none");
    let (parts, ()) = oriole::http::Request::get("/by/hand").body(()).expect("a request").into_parts();
    let id = ContextId::new().with(Arc::new(parts));
    let visitor = module.resolve_in::<Visitor>(&id).await.expect("it is registered");
    assert_eq!(visitor.request.uri, "/by/hand");
    assert!(module.resolve::<Board>().await.is_ok(), "a singleton is itself");
}

#[injectable]
pub struct Unlisted {
    board: Arc<Board>,
    cats: Arc<Cats>,
    order: Arc<Order>,
    hidden: Option<Arc<Hidden>>,
    late: Lazy<Cats>,
}

#[injectable]
pub struct Blind {
    hidden: Arc<Hidden>,
}

/// Parity: MRF.8.
#[tokio::test]
async fn create_makes_what_no_module_lists() {
    let (_app, module) = board().await;
    let made = module.create::<Unlisted>().await.expect("its needs are seen");
    assert!(Arc::ptr_eq(&made.board, &module.get().expect("provided")));
    assert!(Arc::ptr_eq(&made.cats, &made.late.get()));
    assert!(made.hidden.is_none() && Arc::ptr_eq(&made.order.basket, &made.order.again));
    assert!(!Arc::ptr_eq(&made, &module.create::<Unlisted>().await.expect("sound")));
    assert!(matches!(module.get::<Unlisted>(), Err(ResolveError::NotFound { .. })), "it is kept by nobody");
    let error = module.create::<Blind>().await.map(|blind| Arc::strong_count(&blind.hidden)).expect_err("it is hidden");
    assert_eq!(error.to_string(), "nothing provides `Hidden` here");
}

/// In a constructor nothing can be found yet, and after the end nothing any more.
#[tokio::test]
async fn a_reference_does_not_keep_its_application() {
    let (app, module) = board().await;
    drop(app);
    assert!(matches!(module.get::<Board>(), Err(ResolveError::NotReady)));
    assert!(matches!(module.resolve::<Order>().await, Err(ResolveError::NotReady)));
    assert_eq!(module.name(), "");
}

#[injectable]
pub struct TooLate {
    #[allow(dead_code, reason = "it cannot be made")]
    order: Lazy<Order>,
}

/// What a module lists is refused by the compiler; what nobody lists, when it is made.
#[tokio::test]
async fn a_lazy_need_of_what_is_made_anew_is_refused() {
    let (_app, module) = board().await;
    let error = module.create::<TooLate>().await.map(|_| ()).expect_err("nothing could be found by it");
    assert!(matches!(error, ResolveError::NotSingleton { token: "Order" }), "{error}");
}

static ATTEMPTS: AtomicU32 = AtomicU32::new(0);

pub struct Flaky;

#[provider(request)]
async fn flaky() -> Result<Flaky, String> {
    let attempt = ATTEMPTS.fetch_add(1, Ordering::Relaxed);
    for _ in 0..3 {
        tokio::task::yield_now().await;
    }
    if attempt < 2 { Err(format!("attempt {attempt}")) } else { Ok(Flaky) }
}

#[module(root, providers = [flaky])]
pub struct FlakyModule;

/// Those who wait for one attempt share what becomes of it; who is dropped leaves it to the next.
#[tokio::test]
async fn a_crowd_makes_one_attempt() {
    let app = Oriole::create::<FlakyModule>().await.expect("it is sound");
    let (module, id) = (app.module_ref(), ContextId::new());
    let all = futures_util::future::join_all((0..5).map(|_| module.resolve_in::<Flaky>(&id))).await;
    for outcome in all {
        let error = outcome.map(|_| ()).expect_err("the one attempt failed");
        assert!(error.to_string().ends_with("failed: attempt 0"), "{error}");
    }
    assert_eq!(ATTEMPTS.load(Ordering::Relaxed), 1);
    assert!(module.resolve_in::<Flaky>(&id).await.is_err(), "the next tries anew");

    let mut first = Box::pin(module.resolve_in::<Flaky>(&id));
    assert!(futures_util::poll!(&mut first).is_pending());
    let mut second = Box::pin(module.resolve_in::<Flaky>(&id));
    assert!(futures_util::poll!(&mut second).is_pending());
    drop(first);
    let made = second.await.expect("it takes over");
    assert!(Arc::ptr_eq(&made, &module.resolve_in::<Flaky>(&id).await.expect("it is kept")));
    assert_eq!(ATTEMPTS.load(Ordering::Relaxed), 4);
}
