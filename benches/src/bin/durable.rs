//! Publishing to the log in a file: how many events are on the disk per second, and how long who published waits for the answer.
//!
//! ```text
//! cargo run --release -p benches --bin durable           # 9 rounds
//! cargo run --release -p benches --bin durable -- 31
//! cargo run --release -p benches --bin durable -- 9 1024,4096    # so many publishers only
//! ```

use benches::load::Latency;
use benches::measure::target_folder;
use benches::report::{Arguments, Measured, Metric, Results};
use benches_feed::event_text;
use oriole::sse::{Hub, HubOptions, MessageEvent, PublishError, RedbStore, RedbStoreOptions, Retention, Store};
use rustix::time::{ClockId, clock_gettime};
use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// So many publish at once; each waits for its answer before it publishes again.
const PUBLISHERS: &str = "1,64,1024,4096";
/// How long a round of one of them takes.
const TIME: Duration = Duration::from_millis(1500);
/// Two of them for each number of publishers, and what the disk takes.
const ROUND: Duration = Duration::from_secs(13);
const TIME_QUICK: Duration = Duration::from_millis(20);
/// What a commit has at least to do: a page on the disk.
const PAGE_BYTES: usize = 4096;
const SYNCS: u32 = 100;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::read();
    let time = if arguments.is_quick { TIME_QUICK } else { TIME };
    let rounds = arguments.rounds(9);
    if arguments.is_answered(ROUND * u32::try_from(rounds)?) {
        return Ok(());
    }
    // Where cargo builds: the folder of the system's temporary files may be in memory, where nothing is ever written.
    let folder = tempfile::tempdir_in(target_folder()?)?;
    let (mut disk, mut so_far) =
        (Results::new("durable, a page written and synchronised by hand", &[]), arguments.report());
    let publishers = arguments.words.get(1).map_or(PUBLISHERS, String::as_str);
    for publishers in publishers.split(',').map(str::parse).collect::<Result<Vec<u64>, _>>()? {
        let mut results = Results::new(format!("durable, {publishers} publishers"), &["1 topic"]);
        for round in 0..rounds {
            disk.push(vec![("disk", sync(folder.path())?)]);
            let path = |topics: u64| folder.path().join(format!("{publishers}-{round}-{topics}.redb"));
            let one = publish(&path(1), publishers, 1, time).await?;
            let many = publish(&path(100), publishers, 100, time).await?;
            results.push(vec![("1 topic", one), ("100 topics", many)]);
        }
        so_far.add(results)?;
    }
    so_far.add(disk)?;
    Ok(())
}

/// What the disk takes for the least that can be kept.
fn sync(folder: &Path) -> std::io::Result<Measured> {
    let mut file = File::create(folder.join("page"))?;
    let mut latency = Latency::default();
    for _ in 0..SYNCS {
        let begun = Instant::now();
        file.write_all(&[7; PAGE_BYTES])?;
        file.sync_data()?;
        latency.add(nanos(begun.elapsed()));
    }
    Ok(with(Measured::default(), &latency))
}

/// Publishes through a hub until the time is over.
async fn publish(path: &Path, publishers: u64, topics: u64, time: Duration) -> Result<Measured, Box<dyn Error>> {
    let retention = Retention::default().events_max(u64::MAX).bytes_max(u64::MAX);
    let store = RedbStore::open_with(path, RedbStoreOptions::default().retention(retention))?;
    // What a slow disk costs is measured, however slow it is.
    let patient = HubOptions::default().store_timeout(Duration::from_secs(120));
    let hub = Arc::new(Hub::with_store(patient, store.clone()));
    let (begun, cpu) = (Instant::now(), cpu_nanos());
    let mut tasks = JoinSet::new();
    for publisher in 0..publishers {
        let (hub, topic) = (Arc::clone(&hub), format!("feed/{}", publisher % topics));
        tasks.spawn(async move {
            let (mut latency, mut seq) = (Latency::default(), 0);
            while begun.elapsed() < time {
                seq += 1;
                let asked = Instant::now();
                hub.publish(&*topic, MessageEvent::new(event_text(seq, 0))).await?;
                latency.add(nanos(asked.elapsed()));
            }
            Ok::<_, PublishError>(latency)
        });
    }
    let mut latency = Latency::default();
    while let Some(task) = tasks.join_next().await {
        latency.merge(&task??);
    }
    let (seconds, cpu) = (begun.elapsed().as_secs_f64(), cpu_nanos() - cpu);
    store.shutdown().await?;
    drop((hub, store));
    std::fs::remove_file(path)?;
    #[expect(clippy::cast_precision_loss, reason = "rates")]
    let (rate, cpu) = (latency.count() as f64 / seconds, cpu as f64 / latency.count().max(1) as f64);
    Ok(with(Measured::one(Metric::Stored, rate).with(Metric::CpuPerEvent, cpu), &latency))
}

fn with(measured: Measured, latency: &Latency) -> Measured {
    let percentile = |share| latency.percentile(share).unwrap_or_default();
    measured.with(Metric::LatencyMedian, percentile(0.5)).with(Metric::LatencyP99, percentile(0.99))
}

/// The processor time of this process, all of whose threads are of the store's or publish.
fn cpu_nanos() -> u64 {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    let part = |number: i64| u64::try_from(number).unwrap_or_default();
    part(now.tv_sec) * 1_000_000_000 + part(now.tv_nsec)
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
