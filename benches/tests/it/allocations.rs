//! How often a request allocates, here and with hand-written axum.

use benches::chain::{ChainModule, Shared, ends_in, resolved};
use benches::request::{Case, Driver, drive, ours, plain};
use oriole::prelude::*;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Allocations of one request and its answer; the client's own are on both sides.
fn allocations(service: &impl Driver, case: Case) -> u64 {
    let once = || {
        let answer = pin!(drive(service, case)).poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(answer, Poll::Ready((200 | 201, 28..))), "{answer:?}: nothing of it has to wait");
    };
    // What is made once is not counted.
    once();
    allocation_counter::measure(once).count_total
}

/// A route without enhancers allocates no more than axum's.
#[tokio::test]
async fn a_bare_route_allocates_no_more_than_axums() {
    let (ours, plain) = (ours().await, plain().into_service());
    for case in [Case::Hello, Case::Path, Case::Body] {
        let (own, other) = (allocations(&ours, case), allocations(&plain, case));
        assert!(own <= other, "{}: {own} against {other}", case.name());
    }
}

/// What a request-scoped chain of five costs beyond its five values: for each a list of its needs and a place to be found in,
/// and once the context. The bench `scope` holds the time that it takes against the bar.
///
/// Parity: SCO.10.
#[tokio::test]
async fn a_chain_of_the_request_costs_little() {
    let app = Oriole::create::<ChainModule>().await.expect("it is sound");
    let module = app.module_ref();
    let shared = app.get::<Shared>().expect("the module provides it");
    let once = || {
        let fifth = resolved(&module).expect("nothing of it has to wait");
        assert!(ends_in(&fifth, &shared), "the whole chain is there");
    };
    once();
    let count = allocation_counter::measure(once).count_total;
    assert!(count <= 5 * 4 + 6, "{count} allocations");
}
