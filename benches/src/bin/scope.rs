//! A request-scoped chain of five providers against the same five values made by hand, in turn in one process.
//!
//! ```text
//! cargo run --release -p benches --bin scope             # 31 rounds
//! cargo run --release -p benches --bin scope -- 101
//! ```

use std::hint::black_box;
use std::sync::Arc;

use benches::chain::{ChainModule, Fifth, First, Fourth, Second, Shared, Third, ends_in, resolved};
use benches::measure::{Samples, cpu_seconds};
use oriole::prelude::*;

/// How often the chain is made per sample.
const REPEATS: u32 = 100_000;

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
    let rounds = std::env::args().nth(1).and_then(|rounds| rounds.parse().ok()).unwrap_or(31);
    let app = Oriole::create::<ChainModule>().await?;
    let Some(shared) = app.get::<Shared>() else { return Ok(()) };
    let module = app.module_ref();
    let (mut ours, mut hand) = (Samples::new(), Samples::new());
    for _ in 0..rounds {
        ours.push(each(|| resolved(black_box(&module)).is_some_and(|fifth| ends_in(&fifth, &shared))));
        hand.push(each(|| ends_in(&by_hand(black_box(&shared)), &shared)));
    }
    let more = (ours.median() - hand.median()) * 1e9;
    println!("a chain of five for each request: {more:.0} ns more than by hand (bar: 1000 ns), {}", ours.ratio(&hand));
    Ok(())
}

/// The seconds that one takes.
fn each(work: impl Fn() -> bool) -> f64 {
    let seconds = cpu_seconds(|| {
        for _ in 0..REPEATS {
            assert!(black_box(work()), "the chain is whole");
        }
    });
    seconds / f64::from(REPEATS)
}
