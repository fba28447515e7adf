//! A whole request with a chain of five request-scoped providers, one of which needs the request, against one whose handler
//! makes the same five values by hand: in process, in turn.
//!
//! ```text
//! cargo run --release -p benches --bin scope                  # 31 rounds
//! cargo run --release -p benches --bin scope -- 101
//! cargo run --release -p benches --bin scope -- scoped 100000 # one alone, for `valgrind --tool=callgrind`
//! ```

use std::hint::black_box;
use std::io;
use std::time::Duration;

use benches::chain::{Made, service};
use benches::measure::cpu_seconds;
use benches::report::{Arguments, Measured, Metric, Results, Spread};
use benches::request::{Driver, ask};

/// Requests of a sample.
const REQUESTS: u32 = 20_000;
const REQUESTS_QUICK: u32 = 100;
/// Two samples.
const ROUND: Duration = Duration::from_millis(100);
/// The most that the scope may cost more.
const BAR_NANOS: f64 = 1000.0;

#[allow(clippy::print_stdout, reason = "the figures are what the program is for")]
fn main() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let arguments = Arguments::read();
    let service = runtime.block_on(service());
    if let [made, count] = &arguments.words[..] {
        let made = if made == "scoped" { Made::InScope } else { Made::ByHand };
        runtime.block_on(repeat(&service, made, count.parse().map_err(io::Error::other)?));
        return Ok(());
    }
    let rounds = arguments.rounds(31);
    if arguments.is_answered(ROUND * u32::try_from(rounds).map_err(io::Error::other)?) {
        return Ok(());
    }
    let requests = if arguments.is_quick { REQUESTS_QUICK } else { REQUESTS };
    let each = |made| cpu_seconds(|| runtime.block_on(repeat(&service, made, requests))) * 1e9 / f64::from(requests);
    let mut results = Results::new("request, a chain of five providers made for it", &["by hand"]);
    let mut more = Vec::new();
    for _ in 0..rounds {
        let (scoped, by_hand) = (each(Made::InScope), each(Made::ByHand));
        let one = |nanos| Measured::one(Metric::CpuPerRequest, nanos);
        results.push(vec![("oriole", one(scoped)), ("by hand", one(by_hand))]);
        more.push(scoped - by_hand);
    }
    arguments.report().add(results)?;
    if let Some(Spread { median, least, most }) = Spread::of(more) {
        println!("more than by hand: {median:.0} ns ({least:.0} to {most:.0}); bar {BAR_NANOS:.0} ns");
    }
    Ok(())
}

async fn repeat(service: &impl Driver, made: Made, count: u32) {
    for _ in 0..count {
        let (status, bytes) = black_box(ask(service, made.request()).await);
        assert_eq!((status, bytes), (200, 2), "the whole chain is there");
    }
}
