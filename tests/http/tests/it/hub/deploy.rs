//! Two thousand clients over a restart of the real process.

use crate::process::Server;
use http_tests::{Carrier, PATIENCE, within};
use oriole::sse::Decoder;
use std::collections::HashSet;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep};

const CLIENTS: usize = 2_000;
const NEWCOMERS: usize = 50;
/// What `src/bin/rooms.rs` says.
const FRESH_MAX: usize = 10;
const RETRY: std::ops::RangeInclusive<Duration> = Duration::from_millis(200)..=Duration::from_millis(2_200);

const EVENTS: u64 = 40;
/// For how long after the restart those go first who come back: for longer than the test lasts, on whatever machine.
const WINDOW: Duration = Duration::from_secs(3600);

/// The drain spreads the return of the clients, which go on where they left off though another process serves them; those who
/// are new are told to wait for that. Nothing that was published before, during or after it is lost or doubled.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
pub async fn two_thousand_clients_return_spread_and_first_and_nothing_is_lost_or_doubled() {
    raise_open_files(2 * CLIENTS as u64);
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("log.redb");
    let address = free_address();
    let first = Server::start(rooms(address, &log, Duration::ZERO)).await;

    let (present, returned) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        clients.spawn(Client::new(address, &present, &returned).run());
    }
    within(2 * PATIENCE, reaches(&present, CLIENTS)).await;
    publish(address, 0..10).await;

    // While clients leave, while there is nobody to return to, and while they return.
    let mut publisher = JoinSet::new();
    publisher.spawn(publish(address, 10..25));
    first.signal("-TERM");
    let (status, _) = first.end().await;
    assert_eq!(status.signal(), Some(15));
    let second = Server::start(rooms(address, &log, WINDOW)).await;
    let mut newcomers = JoinSet::new();
    for _ in 0..NEWCOMERS {
        newcomers.spawn(newcomer(address));
    }
    within(2 * PATIENCE, reaches(&returned, CLIENTS / 2)).await;
    publisher.join_all().await;
    publish(address, 25..EVENTS).await;

    let seen = within(2 * PATIENCE, clients.join_all()).await;
    for Client { next, verdicts, .. } in &seen {
        assert_eq!(*next, EVENTS);
        let [live, resumed @ ..] = &verdicts[..] else { panic!("a hello each") };
        assert!(live.contains("live") && !resumed.is_empty(), "{verdicts:?}");
        assert!(resumed.iter().all(|verdict| verdict.contains("resumed")), "{verdicts:?}");
    }

    // Each was told a time of its own, and in each tenth of the range a tenth of them.
    let told: Vec<_> = seen.iter().filter_map(|client| client.told).collect();
    assert_eq!(told.len(), CLIENTS);
    assert!(told.iter().collect::<HashSet<_>>().len() > CLIENTS / 2, "milliseconds are few for so many");
    for tenth in 0..10 {
        let from = *RETRY.start() + Duration::from_millis(200) * tenth;
        let within = told.iter().filter(|wait| (from..from + Duration::from_millis(200)).contains(*wait)).count();
        assert!((CLIENTS * 8 / 100..=CLIENTS * 12 / 100).contains(&within), "{within} in part {tenth}");
    }

    // None of them was refused; of those who are new, only as many were let in as were there before them.
    let answers = within(PATIENCE, newcomers.join_all()).await;
    let waits: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().err()).collect();
    assert!(NEWCOMERS - waits.len() <= FRESH_MAX, "{} of those who are new", NEWCOMERS - waits.len());
    assert!(waits.iter().all(|wait| (1..=3).contains(*wait)), "{waits:?}");
    assert!(waits.iter().collect::<HashSet<_>>().len() > 1, "they return one after the other: {waits:?}");

    drop(answers);
    second.signal("-TERM");
    assert_eq!(second.end().await.0.signal(), Some(15));
}

fn rooms(address: SocketAddr, log: &Path, window: Duration) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rooms"));
    command.env("ADDR", address.to_string()).env("LOG", log);
    command.env("TAKEOVER", (Carrier::current() == Carrier::Shards).to_string());
    command.env("RESUME_WINDOW_MS", window.as_millis().to_string());
    command
}

struct Client {
    address: SocketAddr,
    present: Arc<AtomicUsize>,
    back: Arc<AtomicUsize>,
    last_event_id: String,
    next: u64,
    verdicts: Vec<String>,
    /// After which time it was first told to return.
    told: Option<Duration>,
}

impl Client {
    fn new(address: SocketAddr, present: &Arc<AtomicUsize>, back: &Arc<AtomicUsize>) -> Self {
        Self {
            address,
            present: Arc::clone(present),
            back: Arc::clone(back),
            last_event_id: String::new(),
            next: 0,
            verdicts: vec![],
            told: None,
        }
    }

    async fn run(mut self) -> Self {
        // What a client waits that nobody has told anything.
        let mut wait = Duration::from_millis(500);
        while self.next < EVENTS {
            // Nobody listens, or somebody who is about to end.
            if let Ok(mut stream) = ask(self.address, &self.last_event_id).await
                && let Ok((status, _, rest)) = head(&mut stream).await
            {
                assert_eq!(status, 200, "who comes back is let in");
                wait = self.read(stream, rest).await;
            }
            if self.next < EVENTS {
                sleep(wait).await;
            }
        }
        self
    }

    /// Reads to the end of the stream, and tells after which time to come back.
    async fn read(&mut self, mut stream: TcpStream, mut bytes: Vec<u8>) -> Duration {
        let (mut decoder, mut is_drained) = (Decoder::default(), false);
        loop {
            // The lines of chunks are no fields that mean anything.
            for event in decoder.feed(&bytes) {
                let event = event.expect("within the limits");
                match event.event_type() {
                    "hello" => self.greeted(event.data()),
                    "end" => is_drained = event.data().contains("drain"),
                    "message" => {
                        assert_eq!(event.data(), self.next.to_string(), "once and in order");
                        self.next += 1;
                    }
                    other => panic!("{other}: {}", event.data()),
                }
                if !event.last_event_id().is_empty() {
                    self.last_event_id = event.last_event_id().to_owned();
                }
            }
            if self.next == EVENTS {
                return Duration::ZERO;
            }
            bytes.resize(4096, 0);
            let read = stream.read(&mut bytes).await.expect("no connection is cut");
            bytes.truncate(read);
            if read == 0 {
                assert!(is_drained, "an end without a word");
                let wait = decoder.reconnection_time().expect("a retry");
                assert!(RETRY.contains(&wait), "{wait:?}");
                self.told.get_or_insert(wait);
                return wait;
            }
        }
    }

    fn greeted(&mut self, verdict: &str) {
        self.verdicts.push(verdict.to_owned());
        match self.verdicts.len() {
            1 => self.present.fetch_add(1, Ordering::Relaxed),
            2 => self.back.fetch_add(1, Ordering::Relaxed),
            _ => 0,
        };
    }
}

/// Comes for the first time. Gives its stream, or after how many seconds it was told to come back.
async fn newcomer(address: SocketAddr) -> Result<TcpStream, u64> {
    let mut stream = ask(address, "").await.expect("somebody listens");
    let (status, head, _) = head(&mut stream).await.expect("an answer");
    if status == 200 {
        return Ok(stream);
    }
    assert_eq!(status, 503, "{head}");
    let wait = head.lines().find_map(|line| line.strip_prefix("retry-after: ")).expect("a time");
    Err(wait.parse().expect("in seconds"))
}

async fn ask(address: SocketAddr, last_event_id: &str) -> std::io::Result<TcpStream> {
    let mut stream = TcpStream::connect(address).await?;
    let resume = if last_event_id.is_empty() { String::new() } else { format!("Last-Event-ID: {last_event_id}\r\n") };
    stream.write_all(format!("GET /events HTTP/1.1\r\nHost: test\r\n{resume}\r\n").as_bytes()).await?;
    Ok(stream)
}

/// Gives the status, the head, and what came behind it.
async fn head(stream: &mut TcpStream) -> std::io::Result<(u16, String, Vec<u8>)> {
    let mut bytes = vec![];
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
            return Ok((status, head, bytes.split_off(end + 4)));
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
}

/// Publishes numbers one after the other, each until it is acknowledged.
async fn publish(address: SocketAddr, numbers: std::ops::Range<u64>) {
    let mut pace = interval(Duration::from_millis(40));
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for number in numbers {
        pace.tick().await;
        while !say(address, number).await.is_ok_and(|status| status == 201) {
            pace.tick().await;
        }
    }
}

async fn say(address: SocketAddr, number: u64) -> std::io::Result<u16> {
    let mut stream = TcpStream::connect(address).await?;
    let text = number.to_string();
    let head =
        format!("POST /say HTTP/1.1\r\nHost: test\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n", text.len());
    stream.write_all(format!("{head}\r\n{text}").as_bytes()).await?;
    Ok(self::head(&mut stream).await?.0)
}

async fn reaches(count: &AtomicUsize, wanted: usize) {
    while count.load(Ordering::Relaxed) < wanted {
        sleep(Duration::from_millis(10)).await;
    }
}

/// On a port below those that the system hands to clients, so that none of these takes it while nobody listens.
fn free_address() -> SocketAddr {
    let start = std::process::id() as u16 % 10_000;
    let mut all = (0..10_000).map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, 10_000 + (start + port) % 10_000)));
    all.find(|address| TcpListener::bind(address).is_ok()).expect("a port is free")
}

/// For this process and those that it starts.
fn raise_open_files(wanted: u64) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    let allowed = raised.is_ok() && maximum.is_none_or(|maximum| maximum >= wanted);
    assert!(allowed, "{wanted} open files are needed: `ulimit -Hn {wanted}`, as root");
}
