//! What the macros write causes no lint, and the user's own code keeps its lints.
#![forbid(unsafe_code)]
#![deny(
    warnings,
    future_incompatible,
    nonstandard_style,
    rust_2018_idioms,
    rust_2024_compatibility,
    unused,
    missing_docs,
    missing_debug_implementations,
    missing_copy_implementations,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unused_import_braces,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    variant_size_differences,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    let_underscore_drop,
    non_ascii_idents
)]
#![allow(missing_copy_implementations, reason = "a provider is no value")]

use oriole::prelude::*;
use oriole_testing::automock;
use std::sync::Arc;

/// A token.
#[token]
pub const PORT: Token<u16> = Token::new();

#[token]
const HOST: Token<String> = Token::new();

/// A trait.
#[automock]
#[token]
pub trait CatsRepo: Send + Sync {
    /// How many.
    fn count(&self) -> u32;
}

#[automock]
#[token]
trait Private: Send + Sync {
    fn find<'a>(&'a self, name: &str, id: u32) -> Option<&'a str>;
}

/// A struct without fields.
#[injectable]
#[derive(Clone, Debug)]
pub struct PgCats;

impl CatsRepo for PgCats {
    fn count(&self) -> u32 {
        1
    }
}

/// A type that a function makes.
#[token]
#[derive(Debug)]
pub struct Pool(u16);

/// A factory.
#[provider]
pub async fn connect(#[inject(PORT)] port: Arc<u16>, #[inject(HOST)] host: Arc<String>) -> Result<Pool, std::io::Error> {
    drop(host);
    Ok(Pool(*port))
}

#[provider]
fn private() -> Vec<u8> {
    Vec::new()
}

/// A controller.
#[injectable]
pub struct CatsController {
    repo: Arc<dyn CatsRepo>,
    pool: Arc<Pool>,
    bytes: Arc<Vec<u8>>,
}

impl std::fmt::Debug for CatsController {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CatsController")
    }
}

#[controller("cats")]
impl CatsController {
    #[get]
    async fn count(&self, Path(id): Path<u32>) -> String {
        (self.repo.count() + id + u32::from(self.pool.0) + self.bytes.len() as u32).to_string()
    }

    /// Documented.
    #[post]
    #[http_code(204)]
    pub fn nothing(&self) {}

    #[sse("ticks")]
    fn ticks(&self) -> impl Stream<Item = MessageEvent> {
        interval(std::time::Duration::from_secs(1)).map(|_| MessageEvent::new(self.repo.count().to_string()))
    }
}

/// A module.
#[module(
    root,
    controllers = [CatsController],
    providers = [PgCats as dyn CatsRepo, PORT = 1, HOST = String::new(), connect, private],
    exports = [connect, PORT, dyn CatsRepo],
)]
#[derive(Debug)]
pub struct AppModule;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    assert_eq!(MockPrivate::default().find("Tom", 1), None);
    let _app = Oriole::create::<AppModule>().await?;
    Ok(())
}
