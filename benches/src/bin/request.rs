//! What a request costs: Oriole against hand-written axum, in turn in one process.
//!
//! ```text
//! cargo run --release -p benches --bin request                        # 15 rounds
//! cargo run --release -p benches --bin request -- 31
//! cargo run --release -p benches --bin request -- ours guarded 100000 # one alone, for `valgrind --tool=callgrind`
//! ```

use benches::measure::{Samples, cpu_seconds};
use benches::request::{Case, Driver, drive, load, ours, plain, serve_ours, serve_plain};
use std::hint::black_box;

/// Requests of a sample without a socket, and over loopback.
const REQUESTS: u32 = 20_000;
const REQUESTS_LOOPBACK: u32 = 8_000;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [flavour, case, count] = &words[..] {
        let case = Case::ALL.into_iter().find(|known| known.name() == case).expect("hello, path, body or guarded");
        let count = count.parse().expect("a number of requests");
        runtime.block_on(async {
            match flavour.as_str() {
                "ours" => repeat(&ours().await, case, count).await,
                _ => repeat(&plain().into_service(), case, count).await,
            }
        });
        return;
    }
    let rounds = words.first().and_then(|rounds| rounds.parse().ok()).unwrap_or(15);
    table(&runtime, rounds);
}

async fn repeat(service: &impl Driver, case: Case, count: u32) {
    for _ in 0..count {
        black_box(drive(service, case).await);
    }
}

#[allow(clippy::print_stdout, reason = "the table is what the program is for")]
fn table(runtime: &tokio::runtime::Runtime, rounds: usize) {
    println!("CPU of a request, ours : axum, median (least to most of {rounds} pairs)");
    println!("{:<10}{:>28}{:>28}", "", "in process", "loopback");
    let (service, router) = (runtime.block_on(ours()), plain().into_service());
    let (server, axum) = (serve_ours(), serve_plain());
    for case in Case::ALL {
        let [mut own, mut other, mut own_loopback, mut other_loopback] = [const { Samples::new() }; 4];
        for _ in 0..rounds {
            own.push(cpu_seconds(|| runtime.block_on(repeat(&service, case, REQUESTS))));
            other.push(cpu_seconds(|| runtime.block_on(repeat(&router, case, REQUESTS))));
            own_loopback.push(load(&server, case, REQUESTS_LOOPBACK));
            other_loopback.push(load(&axum, case, REQUESTS_LOOPBACK));
        }
        let (in_process, loopback) = (own.ratio(&other), own_loopback.ratio(&other_loopback));
        println!("{:<10}{in_process:>28}{loopback:>28}", case.name());
    }
}
