//! `kill -9` in the middle of load loses nothing that was acknowledged.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use durable_tests::{TOPICS, options, topic_of};
use oriole_sse::{Epoch, PageLimits, Position, RedbStore, Sequence, Store, Topic};

const ROUNDS: u64 = 20;

/// What is known from what the publishers have said.
#[derive(Default)]
struct Said {
    taken: HashMap<u64, Position>,
    /// Sent, and not heard of since.
    in_doubt: BTreeSet<u64>,
    next: u64,
}

impl Said {
    fn hear(&mut self, line: &str) {
        let words: Vec<_> = line.split(' ').collect();
        let number = |at: usize| words.get(at).and_then(|word: &&str| word.parse::<u64>().ok()).expect("a number");
        match words[0] {
            "sent" => {
                self.in_doubt.insert(number(1));
                self.next = self.next.max(number(1) + 1);
            }
            "taken" => {
                let epoch = Epoch(u32::try_from(number(2)).expect("an epoch"));
                let place = Position { epoch, sequence: Sequence(number(3)) };
                assert!(self.in_doubt.remove(&number(1)), "{line}: it was not sent");
                assert_eq!(self.taken.insert(number(1), place), None, "{line}: twice");
            }
            other => panic!("{other}"),
        }
    }
}

/// Each event that was acknowledged in any round is there after it, once, in order, with the same id; and what was in doubt is
/// there once after it was published again.
#[tokio::test]
async fn nothing_that_was_acknowledged_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("events.redb");
    let mut dice = dice::Dice::seeded("SEED");
    let mut said = Said::default();
    for round in 0..ROUNDS {
        let before = said.taken.len();
        let doubts: Vec<_> = said.in_doubt.iter().map(u64::to_string).collect();
        let again: Vec<u64> = std::mem::take(&mut said.in_doubt).into_iter().collect();
        let mut publisher = Command::new(env!("CARGO_BIN_EXE_publisher"))
            .arg(&path)
            .arg(said.next.to_string())
            .args(doubts)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program is built");
        let mut lines = BufReader::new(publisher.stdout.take().expect("it is piped")).lines();
        // Some rounds die before anything is acknowledged, most in the middle.
        let patience = dice.below(400);
        let heard: Vec<_> = lines.by_ref().take(usize::try_from(patience).expect("small")).collect();
        std::thread::sleep(Duration::from_millis(dice.below(40)));
        publisher.kill().expect("it runs");
        let rest: Vec<_> = lines.map_while(Result::ok).collect();
        publisher.wait().expect("it has ended");
        for line in heard.into_iter().map(|line| line.expect("it runs")).chain(rest) {
            said.hear(&line);
        }
        // Those that it had no time to publish again.
        said.in_doubt.extend(again.iter().filter(|number| !said.taken.contains_key(number)));
        check(&path, &said).await;
        println!("round {round}: {} more, {} in doubt", said.taken.len() - before, said.in_doubt.len());
    }
    assert!(said.taken.len() as u64 > 20 * ROUNDS, "{} were acknowledged", said.taken.len());

    // In the end there is no doubt left.
    let patient = oriole_sse::HubOptions::default().store_timeout(Duration::from_secs(120));
    let hub = oriole_sse::Hub::with_store(patient, RedbStore::open_with(&path, options()).expect("a store"));
    for number in std::mem::take(&mut said.in_doubt) {
        let event = oriole_sse::MessageEvent::new(number.to_string());
        let published = hub.publish(topic_of(number), event).idempotency_key(number.to_string()).await;
        said.taken.insert(number, published.expect("published").position().expect("stored"));
    }
    drop(hub);
    let all = check(&path, &said).await;
    assert_eq!(all, said.taken.len(), "each of them once");
}

/// The disk of this publisher is full after some megabytes, as far as it can tell.
#[cfg(unix)]
#[tokio::test]
async fn a_disk_that_is_full_loses_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("events.redb");
    // A write beyond the limit fails, rather than ending the process by a signal.
    let publisher = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 4000; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_publisher")])
        .arg(&path)
        .arg("0")
        .output()
        .expect("the program is built");
    let why = String::from_utf8_lossy(&publisher.stderr);
    // It ends with the first of its workers that is told.
    assert!(!publisher.status.success() && (why.contains("InDoubt") || why.contains("Away")), "{why}");
    let mut said = Said::default();
    for line in std::str::from_utf8(&publisher.stdout).expect("text").lines() {
        said.hear(line);
    }
    assert!(said.taken.len() > 100, "{} were acknowledged", said.taken.len());
    check(&path, &said).await;
}

/// Compares the file with what was said; tells how many events there are.
async fn check(path: &Path, said: &Said) -> usize {
    let store = RedbStore::open_with(path, options()).expect("whatever happened, it opens");
    let mut there = BTreeMap::new();
    for topic in TOPICS {
        let mut place = Position { epoch: Epoch(0), sequence: Sequence(0) };
        let mut next = 1;
        loop {
            let limits = PageLimits { events_max: 1000, bytes_max: u64::MAX };
            let page = store.read(&Topic::new(topic).expect("a topic"), place, limits).await.expect("there");
            for record in &page.records {
                assert_eq!(record.sequence, Sequence(next), "no hole, and in order");
                next += 1;
                let frame = std::str::from_utf8(&record.frame).expect("text");
                let number = frame.strip_prefix("data: ").and_then(|rest| rest.strip_suffix("\n\n"));
                let number: u64 = number.and_then(|number| number.parse().ok()).expect("a whole frame");
                assert_eq!(topic_of(number), topic);
                place = Position { epoch: page.bounds.epoch, sequence: record.sequence };
                assert_eq!(there.insert(number, place), None, "{number} is there twice");
            }
            if page.records.is_empty() {
                break;
            }
        }
    }
    for (number, place) in &said.taken {
        assert_eq!(there.get(number), Some(place), "{number} was acknowledged");
    }
    for number in there.keys() {
        assert!(said.taken.contains_key(number) || said.in_doubt.contains(number), "nobody published {number}");
    }
    store.shutdown().await.expect("closed");
    there.len()
}
