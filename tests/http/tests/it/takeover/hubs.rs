//! What a hub does with its subscriptions reaches the client on both ways.

use super::stage::{LIVE, Stage, is_whole, serves};
use crate::hub::reader::Reader;
use http_tests::{Carrier, PATIENCE, within};
use oriole::sse::{MessageEvent, SseOptions};
use std::time::Duration;

#[tokio::test]
async fn a_silent_stream_has_heartbeats_and_one_that_writes_has_none() {
    let interval = Duration::from_millis(400);
    for carrier in Carrier::ALL {
        let stage = Stage::with(carrier, |app| app.sse(SseOptions::default().heartbeat_interval(interval))).await;
        let mut reader = stage.reader("/events").await;
        for _ in 0..2 {
            assert_eq!(within(PATIENCE, reader.connection.chunk()).await.as_deref(), Some(":\n\n"));
        }
        stage.publish("one").await;
        assert_eq!(reader.next().await, "message(one)");
        assert_eq!(within(PATIENCE, reader.connection.chunk()).await.as_deref(), Some(":\n\n"));
        stage.app.end().await;
    }
}

#[tokio::test]
async fn a_life_ends_and_the_connection_serves_on() {
    for carrier in Carrier::ALL {
        let stage = Stage::new(carrier).await;
        let (mut brief, mut stays) = (stage.reader("/brief").await, stage.reader("/events").await);
        assert_eq!(brief.next().await, "end({\"reason\":\"lifetime\"})");
        is_whole(&mut brief).await;
        serves(&mut brief.connection).await;
        stage.publish("one").await;
        assert_eq!(stays.next().await, "message(one)");
        stage.app.end().await;
    }
}

/// Everything that was kept, in pages from the store and then from memory, and then what comes.
#[tokio::test]
async fn what_was_missed_comes_first() {
    const MISSED: usize = 3_000;
    for carrier in Carrier::ALL {
        let stage = Stage::new(carrier).await;
        for number in 0..MISSED {
            stage.publish(number.to_string()).await;
        }
        for target in ["/events", "/mine"] {
            let mut reader = Reader::open(stage.app.addr, "GET", target, "Last-Event-ID: earliest\r\n").await;
            assert_eq!(reader.next().await, LIVE);
            for number in 0..MISSED {
                assert_eq!(reader.next().await, format!("message({number})"));
            }
            stage.publish("now").await;
            assert_eq!(reader.next().await, "message(now)");
            // Those who come next do not see it.
            drop(reader);
            if target == "/events" {
                let mut after = Reader::open(stage.app.addr, "GET", "/events?rewind=1", "").await;
                assert_eq!((after.next().await, after.next().await), (LIVE.into(), "message(now)".into()));
                break;
            }
        }
        stage.app.end().await;
    }
}

#[tokio::test]
async fn several_topics_and_what_is_not_kept() {
    for carrier in Carrier::ALL {
        let stage = Stage::new(carrier).await;
        let (mut both, mut one) = (stage.reader("/both").await, stage.reader("/events").await);
        for number in 0..20 {
            stage.publish(number.to_string()).await;
            assert_eq!(both.next().await, format!("message({number})"));
            stage.hub.publish("elsewhere", MessageEvent::new("there")).await.expect("published");
            assert_eq!(both.next().await, "message(there)");
            stage.hub.publish("room", MessageEvent::new("passing")).volatile().await.expect("published");
            assert_eq!(both.next().await, "message(passing)");
            assert_eq!((one.next().await, one.next().await), (format!("message({number})"), "message(passing)".into()));
        }
        stage.app.end().await;
    }
}

/// One that takes nothing is told so, with everything that was on its way; the others do not notice.
#[tokio::test]
async fn a_reader_that_is_too_slow_is_sent_away() {
    for carrier in Carrier::ALL {
        let stage = Stage::new(carrier).await;
        let (mut slow, mut reads) = (stage.reader("/impatient").await, stage.reader("/events").await);
        let filler = "-".repeat(64 * 1024);
        for number in 0..400 {
            stage.publish(format!("{number}{filler}")).await;
            assert!(reads.next().await.starts_with(&format!("message({number}-")));
        }
        let mut taken = 0;
        loop {
            match slow.next().await {
                message if message.starts_with(&format!("message({taken}-")) => taken += 1,
                end => break assert_eq!(end, "end({\"reason\":\"slow\"})"),
            }
        }
        assert!((1..400).contains(&taken), "{taken}");
        is_whole(&mut slow).await;
        serves(&mut slow.connection).await;
        stage.app.end().await;
    }
}

/// More than one frame goes out in a round under load. Who takes a part of it has the rest of a frame, and all that follows.
#[tokio::test]
async fn who_takes_a_part_of_a_round_misses_nothing() {
    const ROUNDS: usize = 60;
    const EVENTS: usize = 64;
    let filler = "-".repeat(2 * 1024);
    for carrier in Carrier::ALL {
        let stage = Stage::new(carrier).await;
        let mut pauses = stage.reader("/events").await;
        let mut readers = [stage.reader("/events").await, stage.reader("/events").await];
        for round in 0..ROUNDS {
            for number in 0..EVENTS {
                stage.publish(format!("{}{filler}", round * EVENTS + number)).await;
            }
            for reader in &mut readers {
                for number in 0..EVENTS {
                    assert!(reader.next().await.starts_with(&format!("message({}-", round * EVENTS + number)));
                }
            }
        }
        // All of it is more than sockets hold.
        for number in 0..ROUNDS * EVENTS {
            assert!(pauses.next().await.starts_with(&format!("message({number}-")));
        }
        stage.publish("at last").await;
        assert_eq!(pauses.next().await, "message(at last)");
        stage.app.end().await;
    }
}

/// Readers come, go, and pause at random while events come at random: each sees them all, in order, from where it began.
#[tokio::test]
async fn nobody_loses_anything_while_others_come_and_go() {
    for carrier in Carrier::ALL {
        let stage = Stage::with(carrier, |app| app.event_stream_shards(2)).await;
        let mut readers: Vec<(usize, Reader)> = vec![];
        let mut published = 0;
        // A simple generator is enough, and the same each time.
        let mut chance = 1_u64;
        let mut next = |bound: u64| {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (chance >> 33) % bound
        };
        for _ in 0..600 {
            match next(10) {
                0 | 1 if readers.len() < 20 => readers.push((published, stage.reader("/events").await)),
                2 if !readers.is_empty() => {
                    let left = usize::try_from(next(readers.len() as u64)).expect("an index");
                    drop(readers.swap_remove(left));
                }
                3..=5 if !readers.is_empty() => {
                    let at = usize::try_from(next(readers.len() as u64)).expect("an index");
                    let (read, reader) = &mut readers[at];
                    while *read < published {
                        assert_eq!(reader.next().await, format!("message({read})"));
                        *read += 1;
                    }
                }
                _ => {
                    stage.publish(published.to_string()).await;
                    published += 1;
                }
            }
        }
        for (read, reader) in &mut readers {
            for number in *read..published {
                assert_eq!(reader.next().await, format!("message({number})"));
            }
        }
        stage.app.end().await;
    }
}
