use oriole::prelude::*;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

#[injectable]
pub struct Db;
#[token]
pub trait CatsRepo: Send + Sync { fn n(&self) -> u32; }
#[injectable]
pub struct PgCats { db: Arc<Db> }
impl CatsRepo for PgCats { fn n(&self) -> u32 { let _ = &self.db; 3 } }
#[token]
pub const PORT: Token<u16> = Token::new();
#[token]
pub const URL: Token<String> = Token::new();
pub struct Pool(String);
#[provider]
async fn connect(db: Arc<Db>, #[inject(URL)] url: Arc<String>) -> Result<Pool, std::io::Error> { let _ = db; Ok(Pool(url.to_string())) }
#[injectable]
pub struct CatsService { repo: Arc<dyn CatsRepo>, #[inject(PORT)] port: Arc<u16>, pool: Arc<Pool>, none: Option<Arc<String>>, #[inject(default)] n: AtomicU64, #[cfg(any())] gone: u32 }
#[injectable]
pub struct Svc<T: Send + Sync> { t: Arc<T> }

#[module(providers = [Db], exports = [Db])]
pub struct DbModule;
#[module(imports = [DbModule], providers = [PgCats as dyn CatsRepo, PORT = 3000, URL = "x".to_owned(), connect, CatsService, #[cfg(any())] Nope, Svc<Db>], exports = [DbModule, CatsService, dyn CatsRepo, PORT, connect])]
pub struct CatsModule { c: Arc<CatsService> }
#[module(root, imports = [CatsModule, G<Db>])]
pub struct App;
#[module(imports = [DbModule], providers = [Svc<T>], exports = [DbModule])]
pub struct G<T: Send + Sync> { #[inject(default)] t: std::marker::PhantomData<T> }

fn main() {}
