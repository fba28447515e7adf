//! Every way to provide, and every way to need.

use oriole::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

#[token]
pub const URL: Token<String> = Token::new();
#[token]
pub const PORT: Token<u16> = Token::new();
#[token]
pub const REPO: Token<dyn CatsRepo> = Token::new();
#[token]
pub const PRIMARY: Token<Pool> = Token::new();
#[token]
pub const MISSING: Token<String> = Token::new();

/// Not marked: what the compiler does not know, the start checks.
pub struct Pool(pub String);

#[token]
pub trait CatsRepo: Send + Sync {
    fn count(&self) -> u32;
}

#[injectable]
pub struct PgCats {
    pool: Arc<Pool>,
    #[inject(PRIMARY)]
    primary: Arc<Pool>,
}

impl CatsRepo for PgCats {
    fn count(&self) -> u32 {
        assert_eq!(self.pool.0, "postgres://cats:3000");
        assert!(Arc::ptr_eq(&self.pool, &self.primary), "one source, one instance");
        7
    }
}

#[provider]
async fn connect(#[inject(URL)] url: Arc<String>, #[inject(PORT)] port: Arc<u16>) -> std::io::Result<Pool> {
    Ok(Pool(format!("{url}:{port}")))
}

type Outcome<T> = Result<T, String>;

pub struct Clock(pub u32);

#[provider]
fn clock() -> Outcome<Clock> {
    Ok(Clock(3))
}

#[derive(Clone, PartialEq, Debug)]
#[token]
pub enum Level {
    Loud,
}

#[provider]
const fn level() -> Level {
    Level::Loud
}

#[provider]
async fn names(cats: Option<Arc<Missing>>) -> Vec<&'static str> {
    assert!(cats.is_none());
    vec!["Tom"]
}

#[injectable]
pub struct Missing;

#[injectable]
#[derive(Debug)]
pub struct Repo<T: Send + Sync> {
    of: Arc<T>,
}

#[injectable]
pub struct CatsService {
    repo: Arc<dyn CatsRepo>,
    #[inject(REPO)]
    same: Arc<dyn CatsRepo>,
    clock: std::sync::Arc<Clock>,
    level: Arc<Level>,
    names: Arc<Vec<&'static str>>,
    missing: Option<Arc<Missing>>,
    #[inject(MISSING)]
    also_missing: Option<Arc<String>>,
    present: Option<Arc<Level>>,
    of_level: Arc<Repo<Level>>,
    #[inject(default)]
    calls: AtomicU32,
    #[inject(default)]
    name: String,
}

#[module(
    providers = [
        URL = String::from("postgres://cats"),
        PORT = "3000".parse()?,
        connect,
        connect as PRIMARY,
        clock,
        level,
        names,
        PgCats as dyn CatsRepo,
        PgCats as REPO,
        Repo<Level>,
        CatsService,
    ],
)]
pub struct AppModule {
    service: Arc<CatsService>,
}

impl OnModuleInit for AppModule {
    async fn on_module_init(&self) -> Result<(), BoxError> {
        self.service.calls.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let app = Oriole::create::<AppModule>().await?;
    assert_eq!(app.get_token(PORT).as_deref(), Some(&3000));
    let service = app.get::<CatsService>().expect("provided");
    app.into_service().await?;
    assert_eq!(service.repo.count() + service.same.count() + service.clock.0, 17);
    assert_eq!((&*service.level, service.names.len(), &*service.name), (&Level::Loud, 1, ""));
    assert!(service.missing.is_none() && service.also_missing.is_none() && service.present.is_some());
    assert!(Arc::ptr_eq(&service.of_level.of, &service.level));
    assert_eq!(service.calls.load(Ordering::Relaxed), 1, "the module's own hook ran");
    Ok(())
}

// Parity: PRV.1, PRV.2, PRV.5, PRV.6, PRV.7, PRV.8, PRV.9, MOD.7.
