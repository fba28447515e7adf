//! Providers that are made for each request and know it, and the other way to know it: what a request carries along.
//!
//! ```text
//! cargo run -p sample-request-scope
//! curl http://127.0.0.1:3000/basket/tea -H 'X-User: ada'
//! curl -N http://127.0.0.1:3000/basket/events -H 'X-User: ada'
//! ```
//!
//! `PORT` chooses another port.

use oriole::prelude::*;
use oriole::{CurrentRequest, LocalStorage, LocalStorageOptions};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Lives as long as the application: counts the baskets that are there.
#[injectable]
struct Baskets {
    #[inject(default)]
    there: AtomicU32,
}

/// Of its request, because it needs it.
#[injectable]
struct Visitor {
    request: CurrentRequest,
}

impl Visitor {
    fn name(&self) -> &str {
        self.request.headers.get("x-user").and_then(|name| name.to_str().ok()).unwrap_or("nobody")
    }
}

/// Of its request, because of what it needs; gone with it.
struct Basket {
    visitor: Arc<Visitor>,
    baskets: Arc<Baskets>,
    items: Mutex<Vec<String>>,
}

#[provider]
fn basket(visitor: Arc<Visitor>, baskets: Arc<Baskets>) -> Basket {
    baskets.there.fetch_add(1, Ordering::Relaxed);
    Basket { visitor, baskets, items: Mutex::default() }
}

impl Basket {
    fn add(&self, item: String) {
        self.items.lock().unwrap_or_else(PoisonError::into_inner).push(item);
    }

    fn text(&self) -> String {
        let items = self.items.lock().unwrap_or_else(PoisonError::into_inner);
        format!("{} has {}", self.visitor.name(), items.join(", "))
    }
}

impl Drop for Basket {
    fn drop(&mut self) {
        self.baskets.there.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Lives as long as the application, and still knows whose request it works for.
#[injectable]
struct Audit {
    local: LocalStorage,
}

impl Audit {
    fn line(&self, what: &str) -> String {
        format!("{what} by {}", self.local.id().as_deref().unwrap_or("nobody"))
    }
}

#[injectable]
struct BasketController {
    basket: Arc<Basket>,
    audit: Arc<Audit>,
}

#[controller("basket")]
impl BasketController {
    #[get("{item}")]
    async fn put(&self, Path(item): Path<String>) -> String {
        self.basket.add(item);
        self.basket.text()
    }

    /// The stream keeps the basket of its request until it ends.
    #[sse("events")]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        interval(Duration::from_millis(100)).map(|number| {
            self.basket.add(number.to_string());
            MessageEvent::new(format!("{}, {}", self.basket.text(), self.audit.line("read")))
        })
    }
}

#[injectable]
struct CountController {
    baskets: Arc<Baskets>,
    audit: Arc<Audit>,
}

#[controller("count")]
impl CountController {
    #[get]
    async fn count(&self) -> String {
        self.audit.line(&format!("{} baskets seen", self.baskets.there.load(Ordering::Relaxed)))
    }
}

#[module(root, providers = [Baskets, Visitor, basket, Audit], controllers = [BasketController, CountController])]
struct AppModule;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let who = LocalStorageOptions::new().id(|request| {
        let user = request.headers.get("x-user").and_then(|user| user.to_str().ok());
        user.unwrap_or("nobody").to_owned()
    });
    Oriole::create::<AppModule>().await?.local_storage(who).listen(format!("127.0.0.1:{port}")).await
}
