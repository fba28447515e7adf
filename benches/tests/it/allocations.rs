//! How often a request allocates, here and with hand-written axum.

use benches::chain::{Made, service};
use benches::request::{Case, Driver, ask, drive, ours, plain};
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

/// A route without enhancers allocates once more than axum's: its future is boxed. hyper would otherwise keep 300 bytes more for as
/// long as the connection lasts, and to move them about costs more instructions than the box.
#[tokio::test]
async fn a_bare_route_allocates_once_more_than_axums() {
    let (ours, plain) = (ours().await, plain().into_service());
    for case in [Case::Hello, Case::Path, Case::Body] {
        let (own, other) = (allocations(&ours, case), allocations(&plain, case));
        assert!(own <= other + 1, "{}: {own} against {other}", case.name());
    }
}

/// What a request-scoped chain of five costs beyond the same five values made by hand in the handler: for each a
/// box, the controller included, and once the context and the list of needs. The bench `scope` holds the time that it takes against the bar.
///
/// Parity: SCO.10.
#[tokio::test]
async fn a_chain_of_the_request_costs_little() {
    let service = service().await;
    let count = |made: Made| {
        let once = || {
            let answer = pin!(ask(&service, made.request())).poll(&mut Context::from_waker(Waker::noop()));
            assert!(matches!(answer, Poll::Ready((200, 2))), "{answer:?}: nothing of it has to wait");
        };
        once();
        allocation_counter::measure(once).count_total
    };
    let (scoped, by_hand) = (count(Made::InScope), count(Made::ByHand));
    assert!(scoped <= by_hand + MORE_MAX, "{scoped} against {by_hand}");
}

/// For each of six instances a box; the context, what it was given, its cells and its place in the request; the needs; and one
/// to spare.
const MORE_MAX: u64 = 12;

/// An event that is kept is one allocation, be it read at one go or put together from two chunks.
#[test]
fn a_received_event_is_one_allocation() {
    const EVENTS: usize = 100;
    let count = |event: &str, chunk_bytes: usize| {
        let body = event.repeat(EVENTS).into_bytes();
        let mut decoder = oriole_sse::Decoder::default();
        let mut once = || {
            let events: usize = body.chunks(chunk_bytes).map(|chunk| decoder.feed(chunk).count()).sum();
            assert_eq!(events, EVENTS);
        };
        // Buffers are kept from one event to the next.
        once();
        allocation_counter::measure(once).count_total
    };
    assert_eq!(count("id: 7\nevent: price\ndata: 100\n\n", usize::MAX), EVENTS as u64);
    assert_eq!(count("data: 100\n\n", 7), EVENTS as u64);
}
