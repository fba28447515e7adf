//! Each tenant has a pool, which is made when the first of its requests comes, and which all of them share.
//!
//! ```text
//! cargo run -p sample-durable-tenants
//! curl http://127.0.0.1:3000/cats -H 'X-Tenant: acme'
//! curl http://127.0.0.1:3000/pools
//! ```
//!
//! The two tenants that were there last keep their pools (`POOLS_MAX` says another number); `PORT` chooses another port.

use oriole::prelude::*;
use oriole::{CurrentRequest, DurableKey, DurableOptions, Payload};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// What is known of a tenant.
struct Tenant(String);

/// Lives as long as the application: counts the pools.
#[injectable]
struct Pools {
    #[inject(default)]
    made: AtomicU32,
    #[inject(default)]
    there: AtomicU32,
}

/// Dear to make.
struct Pool {
    number: u32,
    tenant: String,
    pools: Arc<Pools>,
}

#[provider(request, durable)]
async fn pool(tenant: Payload<Tenant>, pools: Arc<Pools>) -> Pool {
    pools.there.fetch_add(1, Ordering::Relaxed);
    let number = pools.made.fetch_add(1, Ordering::Relaxed) + 1;
    Pool { number, tenant: tenant.0.clone(), pools }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.pools.there.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Durable as well, because all that it needs is.
#[injectable]
struct Cats {
    pool: Arc<Pool>,
}

impl Cats {
    fn all(&self) -> String {
        format!("cats of {} from pool {}", self.pool.tenant, self.pool.number)
    }
}

/// Runs before anything is built for the request.
#[injectable]
struct HasTenant;

impl Guard for HasTenant {
    async fn can_activate(&self, ctx: &mut ExecutionContext) -> Result<bool, HttpException> {
        if ctx.http().headers.contains_key("x-tenant") {
            Ok(true)
        } else {
            Err(HttpException::new(StatusCode::BAD_REQUEST, "X-Tenant is missing"))
        }
    }
}

/// Of its request, and so never shared.
#[injectable]
struct CatsController {
    cats: Arc<Cats>,
    request: CurrentRequest,
}

#[controller("cats")]
#[use_guards(HasTenant)]
impl CatsController {
    #[get]
    async fn all(&self) -> String {
        format!("{}: {}", self.request.uri.path(), self.cats.all())
    }
}

#[injectable]
struct PoolsController {
    pools: Arc<Pools>,
}

#[controller("pools")]
impl PoolsController {
    #[get]
    async fn count(&self) -> String {
        let Pools { made, there } = &*self.pools;
        format!("{} made, {} there", made.load(Ordering::Relaxed), there.load(Ordering::Relaxed))
    }
}

#[module(root, providers = [Pools, pool, Cats], controllers = [CatsController, PoolsController])]
struct AppModule;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let number = |name: &str, default| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default);
    let by_tenant = DurableOptions::by(|request| {
        let tenant = request.headers.get("x-tenant")?.to_str().ok()?;
        Some(DurableKey::new(tenant).payload(Tenant(tenant.to_owned())))
    });
    let app = Oriole::create::<AppModule>().await?.durable(by_tenant.kept_max(number("POOLS_MAX", 2)));
    app.listen(format!("127.0.0.1:{}", number("PORT", 3000))).await
}
