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

/// Which implementation, the start decides.
#[provider]
fn greeter(level: Arc<Level>) -> Result<Arc<dyn Greeter>, String> {
    match *level {
        Level::Loud => Ok(Arc::new(Shouting)),
    }
}

#[token]
pub trait Greeter: Send + Sync {
    fn greet(&self) -> &'static str;
}

pub struct Shouting;

impl Greeter for Shouting {
    fn greet(&self) -> &'static str {
        "HELLO"
    }
}

#[token]
pub struct Settings {
    volume: u8,
}

#[token]
pub const GREETER: Token<dyn Greeter> = Token::new();
#[token]
pub const HTTP_PORT: Token<u16> = Token::new();

/// Second names for what this module imports.
#[injectable]
pub struct Renamed {
    #[inject(GREETER)]
    named: Arc<dyn Greeter>,
    by_type: Arc<dyn Greeter>,
    #[inject(PORT)]
    port: Arc<u16>,
    #[inject(HTTP_PORT)]
    http_port: Arc<u16>,
    settings: Arc<Settings>,
    #[inject(ANY)]
    any: Arc<dyn std::any::Any + Send + Sync>,
}

#[token]
pub const ANY: Token<dyn std::any::Any + Send + Sync> = Token::new();

#[module(
    providers = [level, greeter, PORT = 4000, Settings = Settings { volume: 11 }],
    exports = [greeter, PORT, Settings],
)]
pub struct GreetModule;

#[module(
    imports = [GreetModule],
    providers = [Renamed, use dyn Greeter as GREETER, use PORT as HTTP_PORT, use Settings as ANY],
    exports = [Renamed],
)]
pub struct RenameModule;

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
    imports = [RenameModule],
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
    renamed: Arc<Renamed>,
}

impl OnModuleInit for AppModule {
    async fn on_module_init(&self) -> Result<(), BoxError> {
        let Renamed { named, by_type, port, http_port, settings, any } = &*self.renamed;
        assert_eq!((named.greet(), **port, settings.volume), ("HELLO", 4000, 11));
        assert!(Arc::ptr_eq(named, by_type) && Arc::ptr_eq(port, http_port), "one instance, two names");
        assert!(any.is::<Settings>());
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

// Parity: APR.3, CPR.1, CPR.3, CPR.4, CPR.5, CPR.6, CPR.7, CPR.8, CPR.9, CPR.10, PRV.1, PRV.2, PRV.5, PRV.6, PRV.7, PRV.8, PRV.9, MOD.7.
