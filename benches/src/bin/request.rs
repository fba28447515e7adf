//! What a request costs: Oriole against hand-written axum, in turn in one process.
//!
//! ```text
//! cargo run --release -p benches --bin request                        # 15 rounds
//! cargo run --release -p benches --bin request -- 31
//! cargo run --release -p benches --bin request -- ours guarded 100000 # one alone, for `valgrind --tool=callgrind`
//! ```

use benches::measure::cpu_seconds;
use benches::report::{Arguments, Measured, Metric, Results};
use benches::request::{Case, Driver, drive, load, ours, plain, serve_ours, serve_plain};
use std::hint::black_box;
use std::io;
use std::time::Duration;

/// Requests of a sample without a socket, and over loopback.
const REQUESTS: u32 = 20_000;
const REQUESTS_LOOPBACK: u32 = 8_000;
const REQUESTS_QUICK: u32 = 160;
/// Four cases, twice.
const ROUND: Duration = Duration::from_secs(2);

fn main() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let arguments = Arguments::read();
    if let [flavour, case, count] = &arguments.words[..] {
        let case = Case::ALL.into_iter().find(|known| known.name() == case).expect("hello, path, body or guarded");
        let count = count.parse().expect("a number of requests");
        runtime.block_on(async {
            match flavour.as_str() {
                "ours" => repeat(&ours().await, case, count).await,
                _ => repeat(&plain().into_service(), case, count).await,
            }
        });
        return Ok(());
    }
    let rounds = arguments.rounds(15);
    if arguments.is_answered(ROUND * u32::try_from(rounds).map_err(io::Error::other)?) {
        return Ok(());
    }
    compare(&runtime, rounds, &arguments)
}

async fn repeat(service: &impl Driver, case: Case, count: u32) {
    for _ in 0..count {
        black_box(drive(service, case).await);
    }
}

/// Each request in process, where there is neither a socket nor hyper, and over loopback.
fn compare(runtime: &tokio::runtime::Runtime, rounds: usize, arguments: &Arguments) -> io::Result<()> {
    let of = |count| if arguments.is_quick { REQUESTS_QUICK } else { count };
    let (in_process, over_loopback) = (of(REQUESTS), of(REQUESTS_LOOPBACK));
    let (service, router) = (runtime.block_on(ours()), plain().into_service());
    let (server, axum) = (serve_ours(), serve_plain());
    let one = |seconds: f64| Measured::one(Metric::CpuPerRequest, seconds * 1e9);
    let mut so_far = arguments.report();
    for case in Case::ALL {
        let named = |how: &str| Results::new(format!("request, {}, {how}", case.name()), &["axum"]);
        let (mut inner, mut outer) = (named("in process"), named("over loopback"));
        for _ in 0..rounds {
            let own = cpu_seconds(|| runtime.block_on(repeat(&service, case, in_process))) / f64::from(in_process);
            let other = cpu_seconds(|| runtime.block_on(repeat(&router, case, in_process))) / f64::from(in_process);
            inner.push(vec![("oriole", one(own)), ("axum", one(other))]);
            let (own, other) = (load(&server, case, over_loopback), load(&axum, case, over_loopback));
            outer.push(vec![("oriole", one(own)), ("axum", one(other))]);
        }
        so_far.add(inner)?;
        so_far.add(outer)?;
    }
    Ok(())
}
