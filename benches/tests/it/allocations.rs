//! How often a request allocates, here and with hand-written axum.

use benches::request::{Case, Driver, drive, ours, plain};
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
