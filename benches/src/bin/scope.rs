//! A request-scoped chain of five providers against the same five values made by hand, in turn in one process.
//!
//! ```text
//! cargo run --release -p benches --bin scope             # 31 rounds
//! cargo run --release -p benches --bin scope -- 101
//! ```

use std::hint::black_box;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use benches::measure::{Samples, cpu_seconds};
use oriole::prelude::*;
use oriole::{ContextId, ModuleRef};

/// How often the chain is made per sample.
const REPEATS: u32 = 100_000;

#[injectable]
struct Shared;

macro_rules! chain {
    ($($name:ident needs $needs:ident $scope:tt;)*) => {
        $(
            #[injectable $scope]
            struct $name {
                next: Arc<$needs>,
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

#[injectable]
struct Root {
    module: ModuleRef,
}

#[module(providers = [Shared, First, Second, Third, Fourth, Fifth, Root])]
struct RootModule;

fn by_hand(shared: &Arc<Shared>) -> Arc<Fifth> {
    let first = Arc::new(First { next: Arc::clone(shared) });
    let second = Arc::new(Second { next: first });
    let third = Arc::new(Third { next: second });
    let fourth = Arc::new(Fourth { next: third });
    Arc::new(Fifth { next: fourth })
}

fn resolved(module: &ModuleRef) -> Option<Arc<Fifth>> {
    let ctx = ContextId::new();
    let future = std::pin::pin!(module.resolve_in::<Fifth>(&ctx));
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(made) => made.ok(),
        Poll::Pending => None,
    }
}

#[oriole::main]
#[allow(clippy::print_stdout, reason = "the figures are what the program is for")]
async fn main() -> oriole::Result<()> {
    let rounds = std::env::args().nth(1).and_then(|rounds| rounds.parse().ok()).unwrap_or(31);
    let app = Oriole::create::<RootModule>().await?;
    let (Some(shared), Some(root)) = (app.get::<Shared>(), app.get::<Root>()) else { return Ok(()) };
    let (mut ours, mut hand) = (Samples::new(), Samples::new());
    for _ in 0..rounds {
        ours.push(each(|| resolved(black_box(&root.module)).is_some_and(|fifth| ends_in(&fifth, &shared))));
        hand.push(each(|| ends_in(&by_hand(black_box(&shared)), &shared)));
    }
    let more = (ours.median() - hand.median()) * 1e9;
    println!("a chain of five for each request: {more:.0} ns more than by hand (bar: 1000 ns), {}", ours.ratio(&hand));
    Ok(())
}

/// Reads the whole chain, so that none of it is left out.
fn ends_in(fifth: &Fifth, shared: &Arc<Shared>) -> bool {
    Arc::ptr_eq(&fifth.next.next.next.next.next, shared)
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
