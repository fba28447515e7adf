//! Measures what it costs that events are on the disk before they are acknowledged.
//!
//! ```text
//! cargo run --release -p oriole-sse --features hub-redb --example durable_publishing [FILE]
//! ```
//!
//! For each number of publishers that wait for their events: how many are acknowledged per second, and after which time, as the
//! median of five rounds with the lowest and the highest.
#![allow(clippy::print_stdout, reason = "it is a program")]

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use oriole_sse::{Hub, HubOptions, MessageEvent, RedbStore};
use tokio::task::JoinSet;

type Error = Box<dyn std::error::Error + Send + Sync>;

const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(2);
const DATA_BYTES: usize = 200;

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Error> {
    let path =
        std::env::args().nth(1).map_or_else(|| std::env::temp_dir().join("durable_publishing.redb"), PathBuf::from);
    println!("events of {DATA_BYTES} bytes, acknowledged when they are in {}", path.display());
    println!("publishers |  events per second         | p50 ms              | p99 ms");
    for publishers in [1, 16, 256, 4096] {
        let mut rounds = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            let hub = Hub::with_store(HubOptions::default(), RedbStore::open(&path)?);
            rounds.push(round(&hub, publishers).await?);
            drop(hub);
            std::fs::remove_file(&path)?;
        }
        let spread = |value: fn(&Round) -> f64, digits: usize| {
            let mut values: Vec<_> = rounds.iter().map(value).collect();
            values.sort_by(f64::total_cmp);
            format!("{:.digits$} ({:.digits$} to {:.digits$})", values[ROUNDS / 2], values[0], values[ROUNDS - 1])
        };
        println!(
            "{publishers:>10} | {:<26} | {:<19} | {}",
            spread(|round| round.per_second, 0),
            spread(|round| round.p50_ms, 2),
            spread(|round| round.p99_ms, 2)
        );
    }
    Ok(())
}

struct Round {
    per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
}

async fn round(hub: &Hub, publishers: usize) -> Result<Round, Error> {
    let data: Arc<str> = "x".repeat(DATA_BYTES).into();
    let begun = Instant::now();
    let mut tasks = JoinSet::<Result<Vec<Duration>, Error>>::new();
    for _ in 0..publishers {
        let (hub, data) = (hub.clone(), Arc::clone(&data));
        tasks.spawn(async move {
            let mut waits = vec![];
            while begun.elapsed() < ROUND {
                let sent = Instant::now();
                hub.publish("feed", MessageEvent::new(&*data)).await?;
                waits.push(sent.elapsed());
            }
            Ok(waits)
        });
    }
    let mut waits = vec![];
    while let Some(done) = tasks.join_next().await {
        waits.extend(done??);
    }
    let took = begun.elapsed();
    waits.sort_unstable();
    let percentile = |percent: usize| waits[(waits.len() - 1) * percent / 100].as_secs_f64() * 1000.0;
    Ok(Round { per_second: waits.len() as f64 / took.as_secs_f64(), p50_ms: percentile(50), p99_ms: percentile(99) })
}
