//! A request-scoped chain of five providers, and the same five values made by hand in a handler.

use axum::body::Body;
use axum::http::request::Parts;
use http::Request;
use oriole::prelude::*;
use oriole::{AppService, CurrentRequest};
use std::sync::Arc;

/// What the chain ends in; there is one for all requests.
#[injectable]
struct Shared;

impl Shared {
    /// Reads of the request what a tenant's name would be.
    fn bytes(&self, request: &Parts) -> usize {
        request.uri.path().len() + request.headers.len()
    }
}

macro_rules! chain {
    ($($name:ident needs $needs:ident;)*) => {
        $(
            #[injectable]
            struct $name {
                next: Arc<$needs>,
            }
        )*
    };
}
chain! {
    Second needs First;
    Third needs Second;
    Fourth needs Third;
    Fifth needs Fourth;
}

/// The one that needs the request, and so makes the others request-scoped.
#[injectable]
struct First {
    request: CurrentRequest,
    shared: Arc<Shared>,
}

#[injectable]
struct ScopedController {
    fifth: Arc<Fifth>,
}

#[controller("made-in-scope")]
impl ScopedController {
    #[get]
    async fn answer(&self) -> String {
        let first = &self.fifth.next.next.next.next;
        first.shared.bytes(&first.request).to_string()
    }
}

/// The same values without the container.
mod by_hand {
    use super::{Arc, Parts, Shared};

    pub(super) struct First {
        pub(super) request: Arc<Parts>,
        pub(super) shared: Arc<Shared>,
    }
    pub(super) struct Second(pub(super) Arc<First>);
    pub(super) struct Third(pub(super) Arc<Second>);
    pub(super) struct Fourth(pub(super) Arc<Third>);
    pub(super) struct Fifth(pub(super) Arc<Fourth>);
}

#[injectable]
struct HandController {
    shared: Arc<Shared>,
}

#[controller("made-by-hand-")]
impl HandController {
    #[get]
    async fn answer(&self, request: Parts) -> String {
        let first = by_hand::First { request: Arc::new(request), shared: Arc::clone(&self.shared) };
        let second = by_hand::Second(Arc::new(first));
        let fourth = by_hand::Fourth(Arc::new(by_hand::Third(Arc::new(second))));
        let fifth = Arc::new(by_hand::Fifth(Arc::new(fourth)));
        let first = &fifth.0.0.0.0;
        first.shared.bytes(&first.request).to_string()
    }
}

#[module(root, controllers = [ScopedController, HandController], providers = [Shared, First, Second, Third, Fourth, Fifth])]
struct ChainModule;

/// The application.
///
/// # Panics
///
/// Never: it is sound.
pub async fn service() -> AppService {
    let app = Oriole::create::<ChainModule>().await.expect("it is wired");
    app.into_service().await.expect("it has no hooks")
}

/// Who makes the five values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// The container, for each request.
    InScope,
    /// The handler.
    ByHand,
}

impl Made {
    /// A request that is answered out of them, of the same length for both.
    ///
    /// # Panics
    ///
    /// Never: the parts are constants.
    #[must_use]
    pub fn request(self) -> Request<Body> {
        let path = match self {
            Self::InScope => "/made-in-scope",
            Self::ByHand => "/made-by-hand-",
        };
        let builder = Request::builder().uri(path).header("host", "localhost:3000").header("x-tenant", "7");
        let builder = builder.header("accept", "*/*").header("user-agent", "benches/1.0");
        builder.body(Body::empty()).expect("constants are sound")
    }
}
