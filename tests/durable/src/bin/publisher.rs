//! Publishes numbers until it is killed.
//!
//! ```text
//! publisher FILE FIRST [AGAIN ..]
//! ```
//!
//! Those that were in doubt come first, then all from the first on. Each is announced (`sent N`) before it is published, and told
//! (`taken N EPOCH SEQUENCE`) when it is acknowledged.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use durable_tests::{options, topic_of};
use oriole_sse::{Hub, HubOptions, MessageEvent, Published, RedbStore};
use tokio::task::JoinSet;

const WORKERS: u64 = 16;

type Error = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Error> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("a file")?;
    let next = AtomicU64::new(args.next().ok_or("a first number")?.parse()?);
    // A machine that does everything at once may keep the disk for longer than the default.
    let patient = HubOptions::default().store_timeout(Duration::from_secs(120));
    let hub = Hub::with_store(patient, RedbStore::open_with(path, options())?);
    for again in args {
        publish(&hub, again.parse()?).await?;
    }
    let next = Arc::new(next);
    let mut workers = JoinSet::<Result<(), Error>>::new();
    for _ in 0..WORKERS {
        let (hub, next) = (hub.clone(), Arc::clone(&next));
        workers.spawn(async move {
            loop {
                publish(&hub, next.fetch_add(1, Ordering::Relaxed)).await?;
            }
        });
    }
    workers.join_next().await.ok_or("a worker")??
}

async fn publish(hub: &Hub, number: u64) -> Result<(), Error> {
    say(&format!("sent {number}\n"))?;
    let event = MessageEvent::new(number.to_string());
    match hub.publish(topic_of(number), event).idempotency_key(number.to_string()).await? {
        Published::Stored { position, .. } => {
            say(&format!("taken {number} {} {}\n", position.epoch.0, position.sequence))
        }
        other => Err(format!("{other:?}").into()),
    }
}

/// One line in one piece.
fn say(line: &str) -> Result<(), Error> {
    Ok(std::io::stdout().lock().write_all(line.as_bytes())?)
}
