//! A request-scoped chain of five providers against the same five values made by hand, in turn in one process.
//!
//! ```text
//! cargo run --release -p benches --bin scope             # 31 rounds
//! cargo run --release -p benches --bin scope -- 101
//! ```

use std::hint::black_box;
use std::sync::Arc;

use benches::chain::{ChainModule, Fifth, First, Fourth, Second, Shared, Third, ends_in, resolved};
use benches::measure::cpu_seconds;
use benches::report::{Arguments, Measured, Metric, Results, Spread};
use oriole::prelude::*;

/// How often the chain is made per sample.
const REPEATS: u32 = 100_000;
const REPEATS_QUICK: u32 = 100;

fn by_hand(shared: &Arc<Shared>) -> Arc<Fifth> {
    let first = Arc::new(First { next: Arc::clone(shared) });
    let second = Arc::new(Second { next: first });
    let third = Arc::new(Third { next: second });
    let fourth = Arc::new(Fourth { next: third });
    Arc::new(Fifth { next: fourth })
}

#[oriole::main]
#[allow(clippy::print_stdout, reason = "the figures are what the program is for")]
async fn main() -> oriole::Result<()> {
    let arguments = Arguments::read();
    let repeats = if arguments.is_quick { REPEATS_QUICK } else { REPEATS };
    let app = Oriole::create::<ChainModule>().await?;
    let Some(shared) = app.get::<Shared>() else { return Ok(()) };
    let module = app.module_ref();
    let mut results = Results::new("a chain of five providers for each request", &["by hand"]);
    for _ in 0..arguments.rounds(31) {
        let ours = || resolved(black_box(&module)).is_some_and(|fifth| ends_in(&fifth, &shared));
        let hand = || ends_in(&by_hand(black_box(&shared)), &shared);
        let one = |nanos| Measured::one(Metric::Cpu, nanos);
        results
            .push(vec![("oriole", one(nanos_of_each(repeats, ours))), ("by hand", one(nanos_of_each(repeats, hand)))]);
    }
    if let Err(error) = arguments.report(std::slice::from_ref(&results)) {
        eprintln!("not written: {error}");
    }
    let median = |program| Spread::of(results.values(program, Metric::Cpu)).map_or(0.0, |spread| spread.median);
    println!("{:.0} ns more than by hand (bar: 1000 ns)", median("oriole") - median("by hand"));
    Ok(())
}

fn nanos_of_each(repeats: u32, work: impl Fn() -> bool) -> f64 {
    let seconds = cpu_seconds(|| {
        for _ in 0..repeats {
            assert!(black_box(work()), "the chain is whole");
        }
    });
    seconds * 1e9 / f64::from(repeats)
}
