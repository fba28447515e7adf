use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;

use super::text::{Changes, Cursor, changed_text_bytes_max, write, write_changed, write_over};
use super::{CursorFault, CursorKey, CursorKeys, Keyring, Place, TopicTag};
use crate::store::{Epoch, MemoryStore, Position, Sequence, Store, Topic};

fn key(number: u8) -> CursorKey {
    CursorKey::new(number, &[number; 32])
}

fn place(topic: &str, epoch: u32, sequence: u64) -> Place {
    let topic = TopicTag::of(&Topic::new(topic).expect("a topic"));
    Place { topic, position: Position { epoch: Epoch(epoch), sequence: Sequence(sequence) } }
}

/// Reads one that was not changed.
fn read(keys: &[CursorKey], principal: Option<&str>, text: &str, places_max: usize) -> Result<Vec<Place>, CursorFault> {
    let cursor = super::read(keys, principal, text, places_max, 0)?;
    assert_eq!(cursor.changes, None);
    Ok(cursor.places)
}

fn text(key: &CursorKey, principal: Option<&str>, places: &[Place]) -> String {
    let mut out = Vec::new();
    write(key, principal, places.iter().copied(), &mut out);
    String::from_utf8(out).expect("base64")
}

#[test]
fn a_cursor_is_short_and_plain() {
    let text = text(&key(1), Some("a principal with a long name"), &[place("rooms/7", u32::MAX, 1_000_000)]);
    assert_eq!(text.len(), 34);
    assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{text}");
}

#[test]
fn a_cursor_is_worth_something_to_its_principal_and_with_its_key_only() {
    let places = [place("a", 1, 2), place("b", 3, u64::MAX)];
    let cursor = text(&key(1), Some("ann"), &places);
    let read = |keys: &[CursorKey], principal| read(keys, principal, &cursor, 2);
    assert_eq!(read(&[key(1)], Some("ann")).as_deref(), Ok(&places[..]));
    assert_eq!(read(&[key(2), key(1)], Some("ann")).as_deref(), Ok(&places[..]), "an older key");
    assert_eq!(read(&[key(1)], Some("bob")), Err(CursorFault::Forged));
    assert_eq!(read(&[key(1)], Some("")), Err(CursorFault::Forged));
    assert_eq!(read(&[key(1)], None), Err(CursorFault::Forged));
    assert_eq!(read(&[key(2)], Some("ann")), Err(CursorFault::UnknownKey));
    assert_eq!(read(&[CursorKey::new(1, &[9; 32])], Some("ann")), Err(CursorFault::Forged));
}

#[test]
fn a_cursor_of_exactly_the_most_places_passes() {
    let longest = [place("a", u32::MAX, u64::MAX); 3];
    let cursor = text(&key(1), None, &longest);
    assert_eq!(read(&[key(1)], None, &cursor, 3).as_deref(), Ok(&longest[..]));
    assert_eq!(read(&[key(1)], None, &cursor, 2), Err(CursorFault::TooLong));
    assert_eq!(read(&[key(1)], None, &"A".repeat(1_000_000), 3), Err(CursorFault::TooLong));
    assert_eq!(read(&[key(1)], None, &cursor, usize::MAX).as_deref(), Ok(&longest[..]), "no bound is a bound as well");
}

#[test]
fn a_cursor_has_one_text() {
    let cursor = text(&key(1), None, &[place("a", 1, 2)]);
    for other in
        ["", "AA", "41", "nonsense!", &cursor[1..], &format!("{cursor}="), &format!("{cursor}A"), &format!(" {cursor}")]
    {
        assert!(read(&[key(1)], None, other, 4).is_err(), "{other:?}");
    }
    // The version is looked at before anything else.
    assert_eq!(read(&[key(1)], None, &cursor.replacen("AQ", "BA", 1), 4), Err(CursorFault::Malformed));
}

fn changes(removed: &[&str], added: &[&str]) -> Changes {
    let topic = |name: &&str| Topic::new(name).expect("a topic");
    Changes {
        removed: removed.iter().map(|name| TopicTag::of(&topic(name))).collect(),
        added: added.iter().map(topic).collect(),
    }
}

fn changed_text(places: &[Place], changes: &Changes) -> String {
    let mut out = Vec::new();
    write_changed(&key(1), Some("ann"), places, changes, &mut out);
    String::from_utf8(out).expect("base64")
}

#[test]
fn a_cursor_of_a_changed_subscription_says_what_was_changed() {
    let places = vec![place("a", 1, 2), place("b", 3, u64::MAX)];
    let long = "x".repeat(Topic::BYTES_MAX);
    for changes in [changes(&[], &[]), changes(&["c"], &[]), changes(&[], &["b"]), changes(&["c", "d"], &["b", &long])]
    {
        let text = changed_text(&places, &changes);
        assert!(text.len() <= changed_text_bytes_max(2, &changes), "{}", text.len());
        let read = |principal, places_max, bytes_max| super::read(&[key(1)], principal, &text, places_max, bytes_max);
        let cursor = Cursor { places: places.clone(), changes: Some(changes), is_over: false };
        assert_eq!(read(Some("ann"), 2, text.len()), Ok(cursor));
        assert_eq!(read(Some("bob"), 2, text.len()), Err(CursorFault::Forged));
        assert_eq!(read(Some("ann"), 1, text.len()), Err(CursorFault::TooLong), "one place too many");
    }
    let text = changed_text(&places, &changes(&[], &[&long]));
    let read = |bytes_max| super::read(&[key(1)], Some("ann"), &text, 2, bytes_max);
    assert!(read(text.len()).is_ok());
    assert_eq!(read(text.len() - 1), Err(CursorFault::TooLong));
}

#[test]
fn a_cursor_may_say_that_it_is_over() {
    let mut out = Vec::new();
    write_over(&key(1), Some("ann"), &mut out);
    let text = String::from_utf8(out).expect("base64");
    let read = |principal| super::read(&[key(1)], principal, &text, 1, 0);
    assert_eq!(read(Some("ann")), Ok(Cursor { is_over: true, ..Cursor::default() }));
    assert_eq!(read(Some("bob")), Err(CursorFault::Forged));
    // Nothing may stand behind it.
    let signature = key(1).sign(&[3, 1, 0], None);
    let longer = URL_SAFE_NO_PAD.encode([&[3, 1, 0], &signature[..]].concat());
    assert_eq!(super::read(&[key(1)], None, &longer, 1, 0), Err(CursorFault::Malformed));
}

/// Keys are known to other versions and processes: what one of them signs may be of any form.
#[test]
fn what_is_signed_and_has_no_form_is_malformed() {
    let name = |bytes: &[u8]| [&[0, 0, 1], bytes].concat();
    for rest in
        [vec![], vec![1], vec![0, 1, 7], vec![0, 0, 0, 0], name(b""), name(b"\x02a"), name(b"\x01\n"), name(&[1, 255])]
    {
        let payload = [&[2, 1], &rest[..]].concat();
        let signature = key(1).sign(&payload, None);
        let text = URL_SAFE_NO_PAD.encode([&payload[..], &signature].concat());
        assert_eq!(super::read(&[key(1)], None, &text, 4, 1024), Err(CursorFault::Malformed), "{rest:?}");
    }
}

proptest! {
    #[test]
    fn every_place_comes_back(parts in prop::collection::vec((any::<u8>(), any::<u32>(), any::<u64>()), 0..5)) {
        let places: Vec<_> = parts.into_iter().map(|(topic, epoch, at)| place(&topic.to_string(), epoch, at)).collect();
        prop_assert_eq!(read(&[key(1)], None, &text(&key(1), None, &places), 5), Ok(places));
    }

    #[test]
    fn a_cursor_that_was_changed_is_refused(at in any::<prop::sample::Index>(), to in "[A-Za-z0-9_-]") {
        let cursor = text(&key(1), None, &[place("a", 7, 700)]);
        let at = at.index(cursor.len());
        let mut changed = cursor.clone();
        changed.replace_range(at..=at, &to);
        prop_assert_eq!(read(&[key(1)], None, &changed, 4).is_ok(), changed == cursor);
    }

    #[test]
    fn no_text_panics(text in any::<String>(), base in "[A-Za-z0-9_-]{0,80}") {
        let _ = read(&[key(1)], None, &text, 4);
        let _ = read(&[key(1)], None, &base, 4);
    }
}

fn numbers(keyring: &Keyring) -> Vec<u8> {
    keyring.keys().expect("loaded").iter().map(CursorKey::number).collect()
}

#[tokio::test]
async fn keys_are_kept_in_the_store_and_shared() {
    let (store, now) = (MemoryStore::default(), SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000));
    let load = async |store: &MemoryStore| {
        let keyring = Keyring::new(CursorKeys::default());
        assert!(keyring.keys().is_none());
        keyring.load(store, now).await.expect("there");
        keyring
    };
    let (first, second) = tokio::join!(load(&store), load(&store));
    let other = load(&MemoryStore::default()).await;
    let places = [place("a", 1, 2)];
    let cursor = text(&first.keys().expect("loaded")[0], None, &places);
    assert_eq!(read(&second.keys().expect("loaded"), None, &cursor, 1).as_deref(), Ok(&places[..]));
    assert_eq!(read(&other.keys().expect("loaded"), None, &cursor, 1), Err(CursorFault::Forged));
}

#[tokio::test]
async fn a_new_key_signs_and_the_old_ones_verify() {
    let (store, start) = (MemoryStore::default(), SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000));
    let rotated = Keyring::new(CursorKeys::in_store().rotated_every(Duration::from_secs(60)));
    rotated.load(&store, start).await.expect("there");
    rotated.load(&store, start + Duration::from_millis(59_999)).await.expect("there");
    assert_eq!(numbers(&rotated), [0]);
    let old = text(&rotated.keys().expect("loaded")[0], None, &[]);
    rotated.load(&store, start + Duration::from_secs(60)).await.expect("there");
    assert_eq!(numbers(&rotated), [1, 0]);
    assert_eq!(read(&rotated.keys().expect("loaded"), None, &old, 1), Ok(vec![]));

    for round in 2..=8 {
        rotated.load(&store, start + Duration::from_secs(60 * round)).await.expect("there");
    }
    assert_eq!(numbers(&rotated), [8, 7, 6, 5, 4, 3, 2, 1], "eight verify");
    assert_eq!(read(&rotated.keys().expect("loaded"), None, &old, 1), Err(CursorFault::UnknownKey));

    let now = start + Duration::from_secs(60 * 8);
    assert!(!rotated.may_ask_again(now + Duration::from_millis(999)));
    assert!(rotated.may_ask_again(now + Duration::from_secs(1)));
    assert!(rotated.may_ask_again(now - Duration::from_secs(3600)), "the clock was set back");
    assert!(!Keyring::new(CursorKeys::given(key(1), [])).may_ask_again(now));
}

#[tokio::test]
async fn keys_of_an_unknown_form_are_refused_and_left_alone() {
    for note in [&b""[..], b"\x01", b"\x02", b"\x01short", &[2; 42], &[1; 43]] {
        let store = MemoryStore::default();
        let note = bytes::Bytes::from_static(Box::leak(note.into()));
        assert!(store.swap_note("cursor-keys", None, note.clone()).await.expect("there"));
        let keyring = Keyring::new(CursorKeys::default());
        keyring.load(&store, SystemTime::now()).await.expect_err("refused");
        assert_eq!(store.note("cursor-keys").await.expect("there"), Some(note));
        assert!(keyring.keys().is_none());
    }
}
