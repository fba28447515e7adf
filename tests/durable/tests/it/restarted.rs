//! Clients over the ends of a real server process, of both kinds.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use oriole_sse::{Backoff, ClientOptions, EventSource, Signal};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

const CLIENTS: usize = 20;
const ROUNDS: u64 = 8;
/// In each round so many are published while the server lives, and as many while it ends or is away.
const EVENTS: u64 = 20;
const PATIENCE: Duration = Duration::from_secs(120);

struct Server {
    child: Child,
}

impl Server {
    async fn start(file: &Path, port: u16) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_feed"))
            .env("FILE", file)
            .env("PORT", port.to_string())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the program is built");
        let mut log = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let listening = format!("Listening on http://127.0.0.1:{port}");
        let listens = async {
            while let Some(line) = log.next_line().await.expect("the log is text") {
                if line.contains(&listening) {
                    return true;
                }
            }
            false
        };
        assert!(timeout(PATIENCE, listens).await.expect("it starts"), "it ended before it listened");
        Self { child }
    }

    /// With SIGKILL, or with SIGTERM.
    async fn end(mut self, is_killed: bool) {
        if is_killed {
            self.child.start_kill().expect("it runs");
        } else {
            let pid = self.child.id().expect("it runs").to_string();
            let sent = Command::new("kill").args(["-TERM", &pid]).status().await.expect("`kill` is there");
            assert!(sent.success());
        }
        let status = timeout(PATIENCE, self.child.wait()).await.expect("it ends").expect("it can be waited for");
        assert_eq!(status.success(), !is_killed, "{status}");
    }
}

/// Publishes until somebody says that it is done.
async fn publish(port: u16, number: u64) {
    loop {
        if try_publish(port, number).await.is_some() {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
}

async fn try_publish(port: u16, number: u64) -> Option<()> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    let text = number.to_string();
    let request = format!(
        "POST /feed HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{text}",
        text.len()
    );
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    answer.starts_with("HTTP/1.1 201").then_some(())
}

/// Reads until it has seen all, each number once and in order.
async fn client(port: u16, events: u64, greeted: Arc<[AtomicUsize; CLIENTS]>, number: usize) -> usize {
    let options = ClientOptions::default()
        .reconnection_time(Duration::from_millis(50))
        .backoff(Backoff::default().wait_max(Duration::from_millis(200)))
        .retry_statuses(ClientOptions::PASSING_STATUSES);
    let source = EventSource::builder(&format!("http://127.0.0.1:{port}/feed")).options(options);
    let mut source = source.build().expect("an address");
    let (mut next, mut hellos) = (0, 0);
    while next < events {
        match source.next_signal().await.expect("it goes on") {
            Signal::Event(event) => match event.event_type() {
                "hello" => {
                    let verdict = if hellos == 0 { "live" } else { "resumed" };
                    assert_eq!(event.data(), format!("{{\"verdict\":\"{verdict}\"}}"));
                    greeted[number].fetch_add(1, Ordering::Relaxed);
                    hellos += 1;
                }
                "end" => assert_eq!(event.data(), "{\"reason\":\"drain\"}"),
                "message" => {
                    assert_eq!(event.data(), next.to_string(), "once and in order");
                    next += 1;
                }
                other => panic!("{other}: {}", event.data()),
            },
            Signal::Failed(error) => panic!("{error}"),
            _ => {}
        }
    }
    hellos
}

/// Clients have their cursors from processes that are gone, with keys that are in the file.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_miss_nothing_and_get_nothing_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("events.redb");
    let port = driver::free_port();
    let mut dice = dice::Dice::seeded("SEED");
    let mut server = Server::start(&file, port).await;
    let (mut clients, greeted) = (JoinSet::new(), Arc::new([const { AtomicUsize::new(0) }; CLIENTS]));
    let events = ROUNDS * 2 * EVENTS;
    for number in 0..CLIENTS {
        clients.spawn(timeout(PATIENCE * 3, client(port, events, Arc::clone(&greeted), number)));
    }
    let mut numbers = 0..events;
    for round in 0..ROUNDS {
        // Everybody is there again; the first time before the first event, since a newcomer is owed nothing that came before.
        let is_missing = |client: &AtomicUsize| (client.load(Ordering::Relaxed) as u64) <= round;
        let waiting = async {
            while greeted.iter().any(is_missing) {
                sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(PATIENCE, waiting).await.expect("they return");
        for number in numbers.by_ref().take(usize::try_from(EVENTS).expect("small")) {
            publish(port, number).await;
        }
        let away: Vec<_> = numbers.by_ref().take(usize::try_from(EVENTS).expect("small")).collect();
        let mut publishing = JoinSet::new();
        publishing.spawn(async move {
            for number in away {
                publish(port, number).await;
            }
        });
        sleep(Duration::from_millis(dice.below(20))).await;
        server.end(round % 2 == 0).await;
        server = Server::start(&file, port).await;
        publishing.join_all().await;
    }
    let hellos: Vec<_> = clients.join_all().await.into_iter().map(|seen| seen.expect("in time")).collect();
    assert!(hellos.iter().all(|hellos| *hellos as u64 >= ROUNDS), "{hellos:?}");
    server.end(false).await;
}
