//! Many clients over the end of one server and the beginning of the next.

use std::sync::Arc;
use std::time::Duration;

use oriole_sse::{Decoder, EventStreams, Hub, HubOptions, MemoryStore, MessageEvent};
use tokio::io::AsyncReadExt;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::server::{Server, connect};

const CLIENTS: usize = 2000;
const EVENTS: u64 = 30;
/// Between these the clients are told to return.
const RETRY: std::ops::RangeInclusive<Duration> = Duration::from_millis(200)..=Duration::from_millis(2200);
/// So long a loaded machine may take to see all of them off.
const GRACE: Duration = Duration::from_secs(60);

/// What a client has seen.
#[derive(Default)]
struct Seen {
    last_event_id: String,
    next: u64,
    verdicts: Vec<String>,
    /// After which time it was first told to return.
    told: Option<Duration>,
}

/// Two thousand clients, over real sockets. The store outlives the hub, as one that lasts outlives the process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_return_spread_and_nothing_is_lost_or_doubled() {
    let store = MemoryStore::default();
    let hub = || Hub::with_store(HubOptions::default().drain_retry(RETRY).drain_grace(GRACE), store.clone());
    let (first, second) = (hub(), hub());
    let mut server = Server::start(first.clone(), EventStreams::default()).await;
    let greeted = Arc::new(Semaphore::new(0));
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        clients.spawn(client(server.address(), Arc::clone(&greeted)));
    }
    // Each has its place when it has read its hello; being counted is not enough.
    let _all = greeted.acquire_many(CLIENTS as u32).await.expect("open");

    let publish = async |hub: &Hub, numbers: std::ops::Range<u64>| {
        for number in numbers {
            hub.publish("a", MessageEvent::new(number.to_string())).await.expect("published");
            tokio::task::yield_now().await;
        }
    };
    publish(&first, 0..10).await;
    let draining = async {
        assert_eq!(first.drain(Duration::from_millis(500)).await, 0, "all have left");
    };
    // While clients leave, while they are away, and while they return.
    tokio::join!(draining, publish(&first, 10..20));
    server.replace(second.clone(), EventStreams::default());
    publish(&second, 20..25).await;
    while second.subscriptions() < CLIENTS / 2 {
        tokio::task::yield_now().await;
    }
    publish(&second, 25..EVENTS).await;

    let seen = clients.join_all().await;
    server.stop();
    assert!(seen.iter().all(|seen| seen.next == EVENTS));
    for Seen { verdicts, .. } in &seen {
        let [live, resumed @ ..] = &verdicts[..] else { panic!("a hello each") };
        assert!(live.contains("live") && !resumed.is_empty());
        assert!(resumed.iter().all(|verdict| verdict.contains("resumed")), "{verdicts:?}");
    }
    // In each tenth of the range a tenth of the clients are told to return; when they do is then theirs.
    let waits: Vec<_> = seen.iter().filter_map(|seen| seen.told).collect();
    assert_eq!(waits.len(), CLIENTS);
    for tenth in 0..10 {
        let from = *RETRY.start() + Duration::from_millis(200) * tenth;
        let within = waits.iter().filter(|wait| (from..from + Duration::from_millis(200)).contains(*wait)).count();
        assert!((CLIENTS * 8 / 100..=CLIENTS * 12 / 100).contains(&within), "{within} in part {tenth}");
    }
}

async fn client(address: std::net::SocketAddr, greeted: Arc<Semaphore>) -> Seen {
    let mut seen = Seen::default();
    while seen.next < EVENTS {
        let mut stream = connect(address, "a", Some(&seen.last_event_id)).await;
        let (mut decoder, mut buffer) = (Decoder::default(), vec![0; 4096]);
        let mut is_drained = false;
        while seen.next < EVENTS {
            let read = stream.read(&mut buffer).await.expect("a connection");
            if read == 0 {
                assert!(is_drained, "an end without a word");
                break;
            }
            for event in decoder.feed(&buffer[..read]) {
                let event = event.expect("within the limits");
                match event.event_type() {
                    "hello" => {
                        seen.verdicts.push(event.data().to_owned());
                        greeted.add_permits(1);
                    }
                    "end" => is_drained = event.data().contains("drain"),
                    "message" => {
                        assert_eq!(event.data(), seen.next.to_string(), "once and in order");
                        seen.next += 1;
                    }
                    other => panic!("{other}: {}", event.data()),
                }
                if !event.last_event_id().is_empty() {
                    seen.last_event_id = event.last_event_id().to_owned();
                }
            }
        }
        if seen.next < EVENTS {
            let wait = decoder.reconnection_time().expect("a retry");
            assert!(RETRY.contains(&wait), "{wait:?}");
            // Who returns before the next server is there is told once more.
            seen.told.get_or_insert(wait);
            tokio::time::sleep(wait).await;
        }
    }
    seen
}
