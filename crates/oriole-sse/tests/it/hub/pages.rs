//! Pages of the store that many readers are given, as they were read and signed once.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use dice::Dice;
use oriole_sse::{
    Convoy, EventStreams, Heading, Hub, HubOptions, MemoryStore, MemoryStoreOptions, Retention, SlowReader,
    SlowReaderPolicy, SseOptions, Start, Store, SystemClock,
};
use tokio::task::JoinSet;
use tokio::time::advance;

use super::convoys::{Held, frame, next, text as text_of};
use super::support::{Flaky, publish, settle};

/// A hub on a store that tells what it was asked for.
fn hub_on(options: HubOptions) -> (Hub, Arc<Flaky>) {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    (Hub::with_clock(options, Arc::clone(&store) as Arc<dyn Store>, SystemClock), store)
}

/// Those who are at the end, live.
async fn readers(hub: &Hub, streams: &EventStreams, count: usize) -> Vec<Held> {
    let mut readers = vec![];
    for _ in 0..count {
        readers.push(Held::new(streams, hub.subscribe("a").await.expect("room")).await);
    }
    readers
}

/// All that a reader has, if it does not wait.
fn rest(held: &mut Held) -> String {
    std::iter::from_fn(|| held.poll()).collect()
}

/// The numbers of the events in a text, in order.
fn numbers(text: &str) -> Vec<u64> {
    text.lines().filter_map(|line| line.strip_prefix("data: ")?.parse().ok()).collect()
}

fn ids(text: &str) -> HashSet<&str> {
    text.lines().filter_map(|line| line.strip_prefix("id: ")).collect()
}

#[tokio::test(start_paused = true)]
async fn who_fell_behind_together_is_given_the_same_bytes() {
    let (hub, store) = hub_on(HubOptions::default().ring_events_max(2).page_events_max(4));
    let streams = EventStreams::default();
    let mut readers = readers(&hub, &streams, 3).await;
    publish(&hub, "a", 1..=9);
    let texts: Vec<_> = readers.iter_mut().map(rest).collect();
    assert_eq!(numbers(&texts[0]), (1..=9).collect::<Vec<_>>());
    assert_eq!(ids(&texts[0]).len(), 9, "each has its id");
    assert!(texts.iter().all(|text| *text == texts[0]));
    assert_eq!(store.pages().len(), 2, "eight events in two pages; the ninth is in memory");

    // Who comes back to one of these places is given what is kept of them; a second later it is asked for again.
    let id = texts[0].lines().filter_map(|line| line.strip_prefix("id: ")).nth(1).expect("nine").to_owned();
    let resume = async || {
        let id = oriole_sse::EventId::new(&*id).expect("an id");
        let resumed = hub.subscribe("a").from(oriole_sse::LastEventId::from(id)).await.expect("room");
        let mut held = Held::open(&streams, resumed).await;
        let mut text = held.wait().await;
        while !text.contains("data: 9\n") {
            text.push_str(&held.wait().await);
        }
        numbers(&text)
    };
    assert_eq!(resume().await, (3..=9).collect::<Vec<_>>());
    assert_eq!(store.pages().len(), 0, "within a page that is kept");
    advance(Duration::from_secs(2)).await;
    settle().await;
    assert_eq!(resume().await, (3..=9).collect::<Vec<_>>());
    assert_eq!(store.pages().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_convoy_sails_on_through_the_store() {
    let (hub, store) = hub_on(HubOptions::default().ring_events_max(2).page_events_max(4));
    let streams = EventStreams::default();
    let mut readers = readers(&hub, &streams, 3).await;
    let mut convoy = Convoy::new(&readers[0].berth().expect("a place"));
    assert!(convoy.join(&readers[1].berth().expect("a place")));
    publish(&hub, "a", 1..=9);
    let mut text = frame(&mut convoy);
    assert_eq!(numbers(&text), [1, 2, 3, 4]);
    // Whoever leaves it there goes on there.
    readers[1].land(&convoy);
    while let Heading::Frame(bytes) = next(&mut convoy) {
        text.push_str(&text_of(&bytes));
        convoy.begins(bytes.len());
    }
    assert_eq!(numbers(&text), (1..=9).collect::<Vec<_>>());
    assert_eq!(numbers(&rest(&mut readers[1])), [5, 6, 7, 8, 9]);
    let alone = rest(&mut readers[2]);
    assert_eq!(alone, text, "they are what each would have been given");
    assert_eq!(store.pages().len(), 2, "for all of them");
    publish(&hub, "a", [10]);
    assert_eq!(numbers(&frame(&mut convoy)), [10], "it has caught up");
}

/// Whoever leaves a convoy that sails in the store reads on there, however far the log has come meanwhile.
#[tokio::test(start_paused = true)]
async fn who_leaves_a_convoy_in_the_store_is_not_too_far_behind() {
    let (hub, store) = hub_on(HubOptions::default().ring_events_max(2).page_events_max(3).replay_events_max(4));
    let streams = EventStreams::default();
    let mut readers = readers(&hub, &streams, 5).await;
    let mut convoy = Convoy::new(&readers[0].berth().expect("a place"));
    assert!(readers[1..4].iter_mut().all(|reader| convoy.join(&reader.berth().expect("a place"))));
    publish(&hub, "a", 1..=4);
    let first = frame(&mut convoy);
    assert_eq!(numbers(&first), [1, 2, 3], "four behind is not too far");
    publish(&hub, "a", 5..=24);
    // By a word of its own to say, or by a part of a write: with the frame or without it.
    readers[0].land(&convoy);
    readers[1].land_before(&convoy);
    assert_eq!(numbers(&frame(&mut convoy)), [4, 5, 6]);
    readers[2].land(&convoy);
    // With all others: without the store no convoy goes on.
    store.set_away(true);
    assert!(matches!(next(&mut convoy), Heading::Disperse));
    store.set_away(false);
    settle().await;
    readers[3].land(&convoy);
    for (reader, first) in readers.iter_mut().zip([4, 1, 7, 7]) {
        let text = rest(reader);
        assert_eq!(numbers(&text), (first..=24).collect::<Vec<_>>());
        assert!(!text.contains("too-far"), "{text}");
    }
    // Who has never been so near is told of it.
    let text = rest(&mut readers[4]);
    assert_eq!((numbers(&text), text.contains("too-far")), ((21..=24).collect(), true));

    // One that has come back to memory is judged anew.
    let mut convoy = Convoy::new(&readers[0].berth().expect("a place"));
    publish(&hub, "a", 25..=28);
    assert_eq!([numbers(&frame(&mut convoy)), numbers(&frame(&mut convoy))], [vec![25, 26, 27], vec![28]]);
    publish(&hub, "a", 29..=33);
    readers[0].land(&convoy);
    let text = rest(&mut readers[0]);
    assert_eq!((numbers(&text), text.contains("too-far")), ((30..=33).collect(), true));
}

/// One asks; whoever comes while the store has not answered waits with it, and all are woken.
#[tokio::test(start_paused = true)]
async fn a_page_that_is_on_its_way_is_asked_for_once() {
    let (hub, store) = hub_on(HubOptions::default().ring_events_max(1));
    let streams = EventStreams::default();
    let mut readers = readers(&hub, &streams, 3).await;
    let mut convoy = Convoy::new(&readers[0].berth().expect("a place"));
    publish(&hub, "a", 1..=3);
    store.set_stuck(true);
    assert!(matches!(next(&mut convoy), Heading::Wait));
    let mut leaver = readers.pop().expect("three");
    let mut waiter = readers.pop().expect("two");
    assert_eq!((leaver.poll(), waiter.poll()), (None, None));
    // Nothing is lost with the one that goes, also if it was the last to look.
    drop(leaver);
    let mut woken = JoinSet::new();
    woken.spawn(async move {
        let first = waiter.wait().await;
        (waiter, first)
    });
    settle().await;
    store.set_stuck(false);
    let (mut waiter, first) = woken.join_next().await.expect("one").expect("it was woken");
    assert_eq!(numbers(&(first + &rest(&mut waiter))), [1, 2, 3]);
    assert_eq!(numbers(&frame(&mut convoy)), [1, 2, 3]);
    assert_eq!(store.pages().len(), 1);
}

/// What a convoy cannot do for all, each does by itself.
#[tokio::test(start_paused = true)]
async fn what_is_not_simply_next_is_left_to_each() {
    let away = |held: &mut Held, convoy: &mut Convoy| {
        assert!(matches!(next(convoy), Heading::Disperse));
        held.land(convoy);
        rest(held)
    };
    // Another policy than to read the store.
    let (hub, _) = hub_on(HubOptions::default().ring_events_max(2));
    let streams = EventStreams::default();
    let _other = readers(&hub, &streams, 1).await;
    let slow = SlowReader::new(SlowReaderPolicy::DropOldest);
    let mut held = Held::new(&streams, hub.subscribe("a").slow_reader(slow).await.expect("room")).await;
    let mut convoy = Convoy::new(&held.berth().expect("a place"));
    publish(&hub, "a", 1..=5);
    assert!(away(&mut held, &mut convoy).contains("overflow"));

    // Too much, and on the other side of the bound.
    for (replay_events_max, first) in [(5, 1), (4, 2)] {
        let (hub, _) = hub_on(HubOptions::default().ring_events_max(2).replay_events_max(replay_events_max));
        let mut readers = readers(&hub, &streams, 2).await;
        let mut convoy = Convoy::new(&readers[0].berth().expect("a place"));
        publish(&hub, "a", 1..=5);
        let text = if first == 1 { frame(&mut convoy) } else { away(&mut readers[0], &mut convoy) };
        assert_eq!((numbers(&text), text.contains("too-far")), ((first..=5).collect(), first != 1));
    }

    // What the store does not keep any more.
    let store = MemoryStore::new(MemoryStoreOptions::default().retention(Retention::default().events_max(3)));
    let hub = Hub::with_store(HubOptions::default().ring_events_max(2), store);
    let mut readers = readers(&hub, &streams, 2).await;
    let mut convoy = Convoy::new(&readers[0].berth().expect("a place"));
    publish(&hub, "a", 1..=5);
    let text = away(&mut readers[0], &mut convoy);
    assert_eq!((numbers(&text), text.contains("retention")), (vec![3, 4, 5], true));
}

/// Without room for a page, each reads one event at a time.
#[tokio::test(start_paused = true)]
async fn pages_for_many_take_room_as_others_do() {
    // A page takes 100 bytes of room while it is read, and what it has as it goes out from then on.
    let asked = async |pages_bytes_max| {
        let options = HubOptions::default().ring_events_max(1).page_bytes_max(100).pages_bytes_max(pages_bytes_max);
        let (hub, store) = hub_on(options);
        let streams = EventStreams::default();
        let mut readers = readers(&hub, &streams, 2).await;
        publish(&hub, "a", 1..=3);
        for reader in &mut readers {
            assert_eq!(numbers(&rest(reader)), [1, 2, 3], "nothing is lost for it");
        }
        store.pages().iter().map(|page| page.events_max).collect::<Vec<_>>()
    };
    assert_eq!(asked(100).await, [256]);
    assert_eq!(asked(99).await, [1, 1, 1, 1]);
}

/// Pages that nobody reads any more make room for those that somebody does.
#[tokio::test(start_paused = true)]
async fn kept_pages_make_room() {
    let options = HubOptions::default().ring_events_max(1).page_bytes_max(100).pages_bytes_max(199);
    let (hub, store) = hub_on(options);
    let streams = EventStreams::default();
    let mut readers = readers(&hub, &streams, 2).await;
    let mut other = Held::new(&streams, hub.subscribe("b").await.expect("room")).await;
    publish(&hub, "a", 1..=4);
    publish(&hub, "b", 1..=4);
    assert_eq!(numbers(&rest(&mut readers[0])), [1, 2, 3, 4]);
    assert_eq!(numbers(&rest(&mut other)), [1, 2, 3, 4], "180 bytes are kept of the first topic");
    let events: Vec<_> = store.pages().iter().map(|page| page.events_max).collect();
    assert_eq!(events, [256, 256]);
}

/// Without room for a page a convoy sails on event by event, each of which is asked for once.
#[tokio::test(start_paused = true)]
async fn a_convoy_sails_on_without_room() {
    let (hub, store) = hub_on(HubOptions::default().ring_events_max(1).pages_bytes_max(0));
    let streams = EventStreams::default();
    let mut readers = readers(&hub, &streams, 2).await;
    let mut convoy = Convoy::new(&readers[0].berth().expect("a place"));
    assert!(convoy.join(&readers[1].berth().expect("a place")));
    publish(&hub, "a", 1..=4);
    let texts: Vec<_> = (0..4).map(|_| numbers(&frame(&mut convoy))).collect();
    assert_eq!(texts, [[1], [2], [3], [4]]);
    let events: Vec<_> = store.pages().iter().map(|page| page.events_max).collect();
    assert_eq!(events, [1, 1, 1]);
}

/// A store that panics with a page for many has it asked for by each; whoever waited for it is woken.
#[tokio::test(start_paused = true)]
async fn a_page_that_panics_is_read_by_each() {
    let (hub, store) = hub_on(HubOptions::default().ring_events_max(1));
    let streams = EventStreams::default();
    let mut readers = readers(&hub, &streams, 4).await;
    let mut convoy = Convoy::new(&readers[0].berth().expect("a place"));
    publish(&hub, "a", 1..=3);
    store.set_stuck(true);
    store.panic_at_read();
    assert!(matches!(next(&mut convoy), Heading::Wait));
    let mut woken = JoinSet::new();
    for mut waiter in readers.drain(1..) {
        assert_eq!(waiter.poll(), None);
        woken.spawn(async move { waiter.wait().await + &rest(&mut waiter) });
    }
    settle().await;
    store.set_stuck(false);
    let texts = woken.join_all().await;
    assert!(texts.iter().all(|text| numbers(text) == [1, 2, 3] && !text.contains("event: gap")), "{texts:?}");
    // The convoy had begun to wait for it, and whoever sailed in it goes on as well.
    assert!(matches!(next(&mut convoy), Heading::Disperse));
    readers[0].land(&convoy);
    assert_eq!(numbers(&rest(&mut readers[0])), [1, 2, 3]);
}

/// A client that takes nothing holds its page's room, though everybody else is done with it.
#[tokio::test(start_paused = true)]
async fn what_a_client_holds_of_a_page_counts() {
    let options = HubOptions::default().ring_events_max(1).page_events_max(3).page_bytes_max(100).pages_bytes_max(200);
    let (hub, store) = hub_on(options);
    let streams = EventStreams::default();
    let mut readers = readers(&hub, &streams, 2).await;
    let mut convoy = Convoy::new(&readers[0].berth().expect("a place"));
    publish(&hub, "a", 1..=4);
    let Heading::Frame(held) = next(&mut convoy) else { panic!("there is something") };
    assert_eq!(numbers(&text_of(&held)), [1, 2, 3], "some 135 bytes");
    advance(Duration::from_secs(2)).await;
    settle().await;
    store.pages();
    assert_eq!(numbers(&rest(&mut readers[1])), [1, 2, 3, 4]);
    assert!(store.pages().iter().all(|page| page.events_max == 1), "there is no room for another");
    drop((held, convoy));
    let mut late = Held::open(&streams, hub.subscribe("a").from(Start::Earliest).await.expect("room")).await;
    assert_eq!(numbers(&rest(&mut late)), [1, 2, 3, 4]);
    assert_eq!(store.pages()[0].events_max, 3);
}

/// What follows at once is given without being waited for, frame by frame.
#[tokio::test(start_paused = true)]
async fn a_convoy_gives_more_if_there_is_more() {
    let (hub, store) = hub_on(HubOptions::default().ring_events_max(4).page_events_max(6));
    // An event has 45 bytes with its id.
    let streams = EventStreams::new(SseOptions::default().frame_bytes_max(100));
    let mut readers = readers(&hub, &streams, 2).await;
    let mut convoy = Convoy::new(&readers[0].berth().expect("a place"));
    assert!(convoy.more().is_none());
    publish(&hub, "a", 1..=9);
    assert!(convoy.more().is_none(), "what has left memory is asked for by who can wait");
    let mut text = frame(&mut convoy);
    let mut frames = vec![numbers(&text)];
    while let Some(bytes) = convoy.more() {
        convoy.begins(bytes.len());
        frames.push(numbers(&text_of(&bytes)));
        text.push_str(&text_of(&bytes));
    }
    assert_eq!(frames, [vec![1, 2], vec![3, 4], vec![5, 6], vec![7, 8], vec![9]]);
    assert_eq!(store.pages().len(), 1);
    assert!(matches!(next(&mut convoy), Heading::Wait));
    assert_eq!(rest(&mut readers[1]), text);
}

/// Whatever happens in whatever order, each reader is given every event once and in order, or told what is missing.
#[tokio::test(start_paused = true)]
async fn nothing_is_lost_in_silence_between_ring_store_and_convoy() {
    for seed in 0..300 {
        let mut dice = Dice::new(seed);
        let store = MemoryStoreOptions::default().retention(Retention::default().events_max(dice.pick(&[6, 20, 1000])));
        let store = Arc::new(Flaky::new(MemoryStore::new(store)));
        let ring_events_max = dice.pick(&[1, 2, 5]);
        let options = HubOptions::default()
            .ring_events_max(ring_events_max)
            .page_events_max(dice.pick(&[1, 3, 7]))
            .pages_bytes_max(dice.pick(&[0, 300_000, 1_000_000]))
            .replay_events_max(dice.pick(&[4, 12, 1000]));
        let hub = Hub::with_clock(options, Arc::clone(&store) as Arc<dyn Store>, SystemClock);
        let streams = EventStreams::new(SseOptions::default().frame_bytes_max(dice.pick(&[50, 200, 4096])));
        let mut readers = readers(&hub, &streams, 4).await;
        let mut texts = vec![Heard::default(); readers.len()];
        let (mut convoy, mut sailing): (Option<Convoy>, Vec<usize>) = (None, vec![]);
        let mut last = 0;
        for _ in 0..120 {
            // Else the store would be out of turns at some time, and wait for another.
            tokio::task::yield_now().await;
            match dice.index(10) {
                0..4 => {
                    for _ in 0..dice.pick(&[1, 1, 3, 9]) {
                        last += 1;
                        publish(&hub, "a", [last]);
                    }
                }
                4..6 => {
                    let at = dice.index(readers.len());
                    if !sailing.contains(&at)
                        && let Some(text) = readers[at].poll()
                    {
                        texts[at].hear(last, text);
                    }
                }
                6 => {
                    let at = dice.index(readers.len());
                    // Only at the end of what there is it has a place to offer.
                    if sailing.contains(&at) {
                        continue;
                    }
                    texts[at].hear(last, rest(&mut readers[at]));
                    if let Some(berth) = readers[at].berth() {
                        let is_in = match &convoy {
                            Some(convoy) => convoy.join(&berth),
                            None => {
                                convoy = Some(Convoy::new(&berth));
                                true
                            }
                        };
                        if is_in { sailing.push(at) } else { readers[at].stay() }
                    }
                }
                7 if !sailing.is_empty() => {
                    let at = sailing.swap_remove(dice.index(sailing.len()));
                    readers[at].land(convoy.as_ref().expect("somebody sails"));
                }
                8 => {
                    if dice.chance(20) {
                        advance(Duration::from_secs(1)).await;
                        settle().await;
                    }
                }
                _ => {
                    for _ in 0..dice.pick(&[1, 3]) {
                        sail(&mut convoy, &mut sailing, &readers, &mut texts, last);
                    }
                }
            }
            if sailing.is_empty() {
                convoy = None;
            }
        }
        while sail(&mut convoy, &mut sailing, &readers, &mut texts, last) {}
        for at in sailing {
            readers[at].land(convoy.as_ref().expect("somebody sails"));
        }
        for (reader, heard) in readers.iter_mut().zip(&mut texts) {
            loop {
                tokio::task::yield_now().await;
                let more = rest(reader);
                if more.is_empty() {
                    break;
                }
                heard.hear(last, more);
            }
            // Whoever was behind memory, and was given what follows, is given all that follows until it is back in memory.
            let (mut next, mut reads_store) = (1, false);
            for (log_end, text) in &heard.texts {
                for block in text.split("\n\n").filter(|block| !block.is_empty()) {
                    let mut is_near = true;
                    if let Some(through) = block.split("\"through\":").nth(1).filter(|_| block.contains("event: gap")) {
                        let through: u64 =
                            through.trim_matches(|c: char| !c.is_ascii_digit()).parse().expect("a number");
                        let is_too_far = block.contains("too-far");
                        assert!(through >= next && !(is_too_far && reads_store), "seed {seed}: {heard:?}");
                        is_near = is_too_far || reads_store;
                        next = through + 1;
                    } else {
                        assert_eq!(numbers(block), [next], "seed {seed}: {heard:?}");
                        next += 1;
                    }
                    reads_store = is_near && next + (ring_events_max as u64) <= *log_end;
                }
            }
            assert_eq!(next, last + 1, "seed {seed}: {heard:?}");
        }
    }
}

/// What a reader was given.
#[derive(Clone, Debug, Default)]
struct Heard {
    /// Where the log ended, at least, when the text was looked for.
    texts: Vec<(u64, String)>,
    log_end: u64,
}

impl Heard {
    /// What is its own: a body may have looked for it when it gave what was before.
    fn hear(&mut self, log_end: u64, text: String) {
        self.texts.push((self.log_end, text));
        self.log_end = log_end;
    }

    fn hear_convoy(&mut self, log_end: u64, text: String) {
        self.texts.push((log_end, text));
        self.log_end = log_end;
    }
}

/// One step of a convoy; says whether there may be more.
fn sail(
    convoy: &mut Option<Convoy>,
    sailing: &mut Vec<usize>,
    readers: &[Held],
    texts: &mut [Heard],
    log_end: u64,
) -> bool {
    let Some(sails) = convoy else { return false };
    match next(sails) {
        Heading::Frame(bytes) => {
            let mut next = Some(bytes);
            while let Some(bytes) = next {
                sails.begins(bytes.len());
                sailing.iter().for_each(|at| texts[*at].hear_convoy(log_end, text_of(&bytes)));
                next = sails.more();
            }
            true
        }
        Heading::Disperse => {
            sailing.drain(..).for_each(|at| readers[at].land(sails));
            *convoy = None;
            false
        }
        Heading::Wait => false,
    }
}
