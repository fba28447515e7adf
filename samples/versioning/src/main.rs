//! Several versions of one API.
//!
//! ```text
//! cargo run -p sample-versioning             # /v1/cats, /v2/cats
//! cargo run -p sample-versioning -- header   # X-API-Version: 2
//! cargo run -p sample-versioning -- accept   # Accept: application/json;v=2
//! cargo run -p sample-versioning -- custom   # ?versions=3,2: the highest that has the route
//! ```
//!
//! `PORT` chooses another port than 3000.

mod cats;

use cats::CatsModule;
use oriole::http::request::Parts;
use oriole::prelude::*;
use oriole::{VERSION_NEUTRAL, Versioning};

#[injectable]
struct AppController;

#[controller]
#[version(VERSION_NEUTRAL)]
impl AppController {
    /// For load balancers, which know no version.
    #[get("health")]
    fn health(&self) -> &'static str {
        "well"
    }
}

#[module(imports = [CatsModule], controllers = [AppController])]
struct AppModule;

/// The versions that a query lists, the highest first.
fn listed(parts: &Parts) -> Vec<String> {
    let query = parts.uri.query().unwrap_or_default();
    let list = query.split('&').find_map(|pair| pair.strip_prefix("versions=")).unwrap_or_default();
    let mut versions: Vec<u32> = list.split(',').filter_map(|version| version.parse().ok()).collect();
    versions.sort_unstable_by_key(|version| std::cmp::Reverse(*version));
    versions.iter().map(u32::to_string).collect()
}

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let versioning = match std::env::args().nth(1).as_deref() {
        Some("header") => Versioning::header("X-API-Version"),
        Some("accept") => Versioning::media_type("v="),
        Some("custom") => Versioning::custom(listed),
        _ => Versioning::uri(),
    };
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    Oriole::create::<AppModule>().await?.versioning(versioning).listen(format!("127.0.0.1:{port}")).await
}
