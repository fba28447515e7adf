//! A whole request with a chain of five request-scoped providers, one of which needs the request, against one whose handler
//! makes the same five values by hand: in process, in turn.
//!
//! ```text
//! cargo run --release -p benches --bin scope                  # 31 rounds
//! cargo run --release -p benches --bin scope -- 101
//! cargo run --release -p benches --bin scope -- scoped 100000 # one alone, for `valgrind --tool=callgrind`
//! ```

use std::hint::black_box;

use benches::chain::{Made, service};
use benches::measure::{Samples, cpu_seconds};
use benches::request::{Driver, ask};

/// Requests of a sample.
const REQUESTS: u32 = 20_000;
/// The most that the scope may cost more.
const BAR_NANOS: f64 = 1000.0;

#[allow(clippy::print_stdout, reason = "the figures are what the program is for")]
fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let words: Vec<String> = std::env::args().skip(1).collect();
    let service = runtime.block_on(service());
    if let [made, count] = &words[..] {
        let made = if made == "scoped" { Made::InScope } else { Made::ByHand };
        return runtime.block_on(repeat(&service, made, count.parse().expect("a number of requests")));
    }
    let rounds = words.first().and_then(|rounds| rounds.parse().ok()).unwrap_or(31);
    let (mut scoped, mut by_hand, mut more) = (Samples::new(), Samples::new(), Samples::new());
    let each = |made| cpu_seconds(|| runtime.block_on(repeat(&service, made, REQUESTS))) / f64::from(REQUESTS);
    for _ in 0..rounds {
        let (scope, hand) = (each(Made::InScope), each(Made::ByHand));
        scoped.push(scope);
        by_hand.push(hand);
        more.push(scope - hand);
    }
    let nanos = |samples: &Samples| samples.spread().map(|seconds| seconds * 1e9);
    let [least, median, most] = nanos(&more);
    println!("CPU of a request with a chain of five, median (least to most of {rounds} pairs)");
    println!(
        "made for the request   {:.0} ns ({:.0} to {:.0})",
        nanos(&scoped)[1],
        nanos(&scoped)[0],
        nanos(&scoped)[2]
    );
    println!(
        "made by hand           {:.0} ns ({:.0} to {:.0})",
        nanos(&by_hand)[1],
        nanos(&by_hand)[0],
        nanos(&by_hand)[2]
    );
    println!("more                   {median:.0} ns ({least:.0} to {most:.0}); bar {BAR_NANOS:.0} ns");
    println!("ratio                  {}", scoped.ratio(&by_hand));
}

async fn repeat(service: &impl Driver, made: Made, count: u32) {
    for _ in 0..count {
        let (status, bytes) = black_box(ask(service, made.request()).await);
        assert_eq!((status, bytes), (200, 2), "the whole chain is there");
    }
}
