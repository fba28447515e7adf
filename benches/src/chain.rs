//! A request-scoped chain of five providers.

use oriole::prelude::*;
use oriole::{ContextId, ModuleRef};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// What the chain ends in; there is one for all requests.
#[injectable]
#[derive(Debug)]
pub struct Shared;

macro_rules! chain {
    ($($name:ident needs $needs:ident $scope:tt;)*) => {
        $(
            /// A link of the chain.
            #[injectable $scope]
            #[derive(Debug)]
            pub struct $name {
                /// The next link.
                pub next: Arc<$needs>,
            }
        )*
    };
}
chain! {
    First needs Shared (request);
    Second needs First ();
    Third needs Second ();
    Fourth needs Third ();
    Fifth needs Fourth ();
}

/// The whole chain.
#[module(providers = [Shared, First, Second, Third, Fourth, Fifth])]
#[derive(Debug)]
pub struct ChainModule;

/// Makes it for one request; `None` if something of it had to wait, or failed.
#[must_use]
pub fn resolved(module: &ModuleRef) -> Option<Arc<Fifth>> {
    let ctx = ContextId::new();
    match pin!(module.resolve_in::<Fifth>(&ctx)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(made) => made.ok(),
        Poll::Pending => None,
    }
}

/// Reads the whole chain, so that none of it is left out.
#[must_use]
pub fn ends_in(fifth: &Fifth, shared: &Arc<Shared>) -> bool {
    Arc::ptr_eq(&fifth.next.next.next.next.next, shared)
}
