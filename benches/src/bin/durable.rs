//! Publishing to the log in a file: how many events are on the disk per second, and how long who published waits for the answer.
//!
//! ```text
//! cargo run --release -p benches --bin durable           # 9 rounds
//! cargo run --release -p benches --bin durable -- 31
//! cargo run --release -p benches --bin durable -- 9 1024,4096    # so many publishers only
//! cargo run --release -p benches --bin durable -- 9 bar          # those of the bar: 64, 600 and 1,024
//! cargo run --release -p benches --bin durable -- 9 bar --dir /dev/shm
//! ```
//!
//! A folder in memory keeps nothing, and costs nothing to synchronise: what is left is ours. The tables say so.

use benches::load::Latency;
use benches::measure::target_folder;
use benches::report::{Arguments, Measured, Metric, Results};
use benches_feed::event_text;
use oriole::sse::{Hub, HubOptions, MessageEvent, PublishError, RedbStore, RedbStoreOptions, Retention, Store};
use rustix::time::{ClockId, clock_gettime};
use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// So many publish at once; each waits for its answer before it publishes again.
const PUBLISHERS: &str = "1,64,1024,4096";
/// Few, as many as have the bar's rate within its time, and more.
const PUBLISHERS_BAR: &str = "64,600,1024";
/// To how many topics.
const TOPICS: [(u64, [&str; 3]); 2] = [
    (1, ["1 topic", "1 topic: disk", "1 topic: processor"]),
    (100, ["100 topics", "100 topics: disk", "100 topics: processor"]),
];
/// How long a number of publishers publishes to a number of topics in a round.
const TIME: Duration = Duration::from_millis(1500);
const TIME_QUICK: Duration = Duration::from_millis(20);
/// Opening and closing the file.
const TIME_AROUND: Duration = Duration::from_millis(150);
/// What a commit has at least to do: a page on the disk.
const PAGE_BYTES: usize = 4096;
/// How many publishers' answers are counted apart.
const LATENCIES: usize = 8;
/// How often the disk and the processor are looked at meanwhile: seldom enough that it is not what is measured.
const LOOK_INTERVAL: Duration = Duration::from_millis(10);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = Arguments::read();
    let folder = match arguments.words.iter().position(|word| word == "--dir") {
        Some(at) => {
            let words = arguments.words.drain(at..arguments.words.len().min(at + 2));
            PathBuf::from(words.skip(1).next_back().ok_or("--dir needs a folder")?)
        }
        // Where cargo builds: the folder of the system's temporary files may be in memory, where nothing is ever written.
        None => target_folder()?,
    };
    let time = if arguments.is_quick { TIME_QUICK } else { TIME };
    let rounds = arguments.rounds(9);
    let publishers = match arguments.words.get(1).map_or(PUBLISHERS, String::as_str) {
        "bar" => PUBLISHERS_BAR,
        publishers => publishers,
    };
    let publishers = publishers.split(',').map(str::parse).collect::<Result<Vec<u64>, _>>()?;
    if arguments.is_answered((TIME + TIME_AROUND) * u32::try_from(publishers.len() * TOPICS.len() * rounds)?) {
        return Ok(());
    }
    let note = if is_in_memory(&folder)? { ", in memory: nothing is kept" } else { "" };
    let folder = tempfile::tempdir_in(folder)?;
    let named = |name: String| Results::new(name, &["1 topic"]);
    let mut all: Vec<_> = publishers
        .iter()
        .map(|publishers| {
            let name = format!("durable, {publishers} publishers{note}");
            (named(name.clone()), named(format!("{name}: what else took its time meanwhile")))
        })
        .collect();
    // In turn, so that what the machine did meanwhile hit all of them.
    for _ in 0..rounds {
        for (publishers, (results, others)) in publishers.iter().zip(&mut all) {
            let (mut round, mut meanwhile) = (vec![], vec![]);
            for (topics, [name, disk, processor]) in TOPICS {
                let looks = Looks::begin(folder.path());
                round.push((name, publish(&folder.path().join("log.redb"), *publishers, topics, time).await?));
                let looks = looks.end()?;
                meanwhile.extend([(disk, of(&looks.disk)), (processor, of(&looks.processor))]);
            }
            results.push(round);
            others.push(meanwhile);
        }
    }
    let mut so_far = arguments.report();
    for (results, others) in all {
        so_far.add(results)?;
        so_far.add(others)?;
    }
    Ok(())
}

/// Whether what is there is gone with the machine's power.
fn is_in_memory(folder: &Path) -> std::io::Result<bool> {
    let folder = folder.canonicalize()?;
    let mounts = std::fs::read_to_string("/proc/mounts").unwrap_or_default();
    let mounts = mounts.lines().filter_map(|mount| {
        let mut words = mount.split(' ').skip(1);
        Some((words.next()?, words.next()?))
    });
    // The longest that it is in; of those the last, which hides the others.
    let mount = mounts.filter(|(at, _)| folder.starts_with(at)).max_by_key(|(at, _)| at.len());
    Ok(mount.is_some_and(|(_, kind)| matches!(kind, "tmpfs" | "ramfs")))
}

/// Looks, in the very same seconds, at what a commit cannot be faster than.
struct Looks {
    is_over: Arc<AtomicBool>,
    thread: JoinHandle<std::io::Result<Looked>>,
}

#[derive(Default)]
struct Looked {
    /// What a page takes that is written at the end of a file of its own, and synchronised.
    disk: Latency,
    /// How much later than it was due a thread comes to a processor.
    processor: Latency,
}

impl Looks {
    fn begin(folder: &Path) -> Self {
        let path = folder.join("page");
        let is_over = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&is_over);
        let look = move || {
            let mut file = File::create(path)?;
            let mut looked = Looked::default();
            while !until.load(Ordering::Relaxed) {
                let due = Instant::now() + LOOK_INTERVAL;
                std::thread::sleep(LOOK_INTERVAL);
                let begun = Instant::now();
                looked.processor.add(nanos(begun.saturating_duration_since(due)));
                file.write_all(&[7; PAGE_BYTES])?;
                file.sync_data()?;
                looked.disk.add(nanos(begun.elapsed()));
            }
            Ok(looked)
        };
        Self { is_over, thread: std::thread::spawn(look) }
    }

    fn end(self) -> Result<Looked, Box<dyn Error>> {
        self.is_over.store(true, Ordering::Relaxed);
        Ok(self.thread.join().map_err(|_| "the thread that looks has panicked")??)
    }
}

/// Publishes through a hub until the time is over.
async fn publish(path: &Path, publishers: u64, topics: u64, time: Duration) -> Result<Measured, Box<dyn Error>> {
    let retention = Retention::default().events_max(u64::MAX).bytes_max(u64::MAX);
    let store = RedbStore::open_with(path, RedbStoreOptions::default().retention(retention))?;
    // What a slow disk costs is measured, however slow it is.
    let patient = HubOptions::default().store_timeout(Duration::from_secs(120));
    let hub = Arc::new(Hub::with_store(patient, store.clone()));
    let (begun, cpu) = (Instant::now(), cpu_nanos());
    // Few, since one for each publisher would be more memory than the processor has near.
    let latencies: Vec<_> = (0..LATENCIES).map(|_| Arc::new(Mutex::new(Latency::default()))).collect();
    let mut tasks = JoinSet::new();
    for publisher in 0..publishers {
        let (hub, topic) = (Arc::clone(&hub), format!("feed/{}", publisher % topics));
        let latency = Arc::clone(&latencies[usize::try_from(publisher)? % latencies.len()]);
        tasks.spawn(async move {
            let mut seq = 0;
            while begun.elapsed() < time {
                seq += 1;
                let asked = Instant::now();
                hub.publish(&*topic, MessageEvent::new(event_text(seq, 0))).await?;
                latency.lock().unwrap_or_else(PoisonError::into_inner).add(nanos(asked.elapsed()));
            }
            Ok::<_, PublishError>(())
        });
    }
    while let Some(task) = tasks.join_next().await {
        task??;
    }
    let mut latency = Latency::default();
    latencies.iter().for_each(|some| latency.merge(&some.lock().unwrap_or_else(PoisonError::into_inner)));
    let (seconds, cpu) = (begun.elapsed().as_secs_f64(), cpu_nanos() - cpu);
    store.shutdown().await?;
    drop((hub, store));
    std::fs::remove_file(path)?;
    #[expect(clippy::cast_precision_loss, reason = "rates")]
    let (rate, cpu) = (latency.count() as f64 / seconds, cpu as f64 / latency.count().max(1) as f64);
    Ok(with(Measured::one(Metric::Stored, rate).with(Metric::CpuPerEvent, cpu), &latency))
}

fn of(latency: &Latency) -> Measured {
    with(Measured::default(), latency)
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
