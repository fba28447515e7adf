//! Instances that the requests of one key share.

use http_tests::App;
use oriole::prelude::*;
use oriole::{CurrentRequest, DurableKey, DurableOptions, Payload};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::Barrier;

#[injectable]
pub struct Lives {
    #[inject(default)]
    born: AtomicU32,
    #[inject(default)]
    dropped: AtomicU32,
}

pub struct Tenant(String);

/// A tenant's pool.
pub struct Pool {
    number: u32,
    tenant: Option<Payload<Tenant>>,
    lives: Arc<Lives>,
}

#[provider(request, durable)]
async fn pool(lives: Arc<Lives>, tenant: Option<Payload<Tenant>>) -> Pool {
    tokio::task::yield_now().await;
    Pool { number: lives.born.fetch_add(1, Ordering::Relaxed), tenant, lives }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.lives.dropped.fetch_add(1, Ordering::Relaxed);
    }
}

/// Durable, because all that it needs is.
#[injectable]
pub struct Cats {
    pool: Arc<Pool>,
    #[inject(default)]
    calls: AtomicU32,
}

/// Says no.
#[injectable(durable = false)]
pub struct Fresh {
    pool: Arc<Pool>,
    #[inject(default)]
    calls: AtomicU32,
}

/// Of the request, because it needs that as well.
#[injectable]
pub struct Zoo {
    cats: Arc<Cats>,
    fresh: Arc<Fresh>,
    request: CurrentRequest,
    lives: Arc<Lives>,
}

#[controller("zoo")]
impl Zoo {
    #[get("{word}")]
    async fn visit(&self) -> String {
        assert!(Arc::ptr_eq(&self.cats.pool, &self.fresh.pool));
        let tenant = self.cats.pool.tenant.as_ref().map_or("-", |tenant| &tenant.0);
        let calls = self.cats.calls.fetch_add(1, Ordering::Relaxed);
        let fresh = self.fresh.calls.fetch_add(1, Ordering::Relaxed);
        let dropped = self.lives.dropped.load(Ordering::Relaxed);
        format!("{} {tenant} {calls} {fresh} {dropped} {}", self.cats.pool.number, self.request.uri.path())
    }
}

#[module(providers = [Lives, pool, Cats, Fresh], controllers = [Zoo])]
pub struct ZooModule;

fn by_tenant() -> DurableOptions {
    DurableOptions::by(|request| {
        let tenant = request.headers.get("x-tenant")?.to_str().ok()?;
        let key = DurableKey::new(tenant);
        Some(if tenant == "none" { key } else { key.payload(Tenant(tenant.to_owned())) })
    })
}

async fn visit(app: &App, tenant: &str, path: &str) -> String {
    app.send("GET", path, &format!("x-tenant: {tenant}\r\n"), "").await.body
}

/// Parity: SCO.11, SCO.12, SCO.13, SCO.14.
#[tokio::test]
async fn requests_of_one_key_share_a_sub_tree() {
    let app = App::serve_with::<ZooModule>(|app| app.durable(by_tenant())).await;
    assert_eq!(visit(&app, "a", "/zoo/1").await, "0 a 0 0 0 /zoo/1");
    assert_eq!(visit(&app, "a", "/zoo/2").await, "0 a 1 0 0 /zoo/2");
    assert_eq!(visit(&app, "b", "/zoo/3").await, "1 b 0 0 0 /zoo/3");
    assert_eq!(visit(&app, "none", "/zoo/4").await, "2 - 0 0 0 /zoo/4", "a key without a payload");
    // Without a key, a pool of its own, which is gone when the next request comes.
    assert_eq!(app.get("/zoo/5").await.body, "3 - 0 0 0 /zoo/5");
    assert_eq!(app.get("/zoo/6").await.body, "4 - 0 0 1 /zoo/6");
    app.end().await;
}

#[tokio::test]
async fn without_a_strategy_each_request_has_its_own() {
    let app = App::serve::<ZooModule>().await;
    assert_eq!(visit(&app, "a", "/zoo/1").await, "0 - 0 0 0 /zoo/1");
    assert_eq!(visit(&app, "a", "/zoo/1").await, "1 - 0 0 1 /zoo/1");
    app.end().await;
}

/// On both sides of the bound.
#[tokio::test]
async fn no_more_keys_are_kept_than_said() {
    let app = App::serve_with::<ZooModule>(|app| app.durable(by_tenant().kept_max(2))).await;
    for (tenant, expected) in [("a", "0 a 0"), ("b", "1 b 0"), ("a", "0 a 1"), ("b", "1 b 1")] {
        assert!(visit(&app, tenant, "/zoo/1").await.starts_with(expected), "two are kept");
    }
    assert_eq!(visit(&app, "c", "/zoo/1").await, "2 c 0 0 1 /zoo/1", "that of `a` was used least recently");
    assert!(visit(&app, "b", "/zoo/1").await.starts_with("1 b 2"));
    assert!(visit(&app, "a", "/zoo/1").await.starts_with("3 a 0"), "built anew");
    app.end().await;
}

/// Both requests are under way before either pool is built.
#[injectable(request, durable)]
pub struct Meeting {
    pool: Arc<Pool>,
}

#[injectable]
pub struct Meet {
    #[inject(default)]
    barrier: Gate,
}

pub struct Gate(Barrier);

impl Default for Gate {
    fn default() -> Self {
        Self(Barrier::new(2))
    }
}

impl oriole::Guard for Meet {
    async fn can_activate(&self, _: &mut ExecutionContext) -> Result<bool, HttpException> {
        self.barrier.0.wait().await;
        Ok(true)
    }
}

#[controller("meet")]
#[use_guards(Meet)]
impl Meeting {
    #[get]
    async fn meet(&self) -> String {
        self.pool.number.to_string()
    }
}

#[module(providers = [Lives, pool], controllers = [Meeting])]
pub struct MeetModule;

#[tokio::test]
async fn two_first_requests_at_once_build_one() {
    let app = App::serve_with::<MeetModule>(|app| app.durable(by_tenant())).await;
    let (one, other) = tokio::join!(visit(&app, "a", "/meet"), visit(&app, "a", "/meet"));
    assert_eq!((&*one, &*other), ("0", "0"));
    app.end().await;
}
