//! Pieces on their own; `tests/it/compression.rs` has them in streams.

use std::io::Read;
use std::sync::Arc;
use std::thread;

use bytes::Bytes;
use flate2::read::GzDecoder;
use flate2::{Compress, Compression};
use http::header::ACCEPT_ENCODING;
use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;

use super::accept::takes_gzip;
use super::piece::Piece;
use super::pieces::Pieces;
use super::{EventCompression, Gzip};

fn read(bytes: &[u8]) -> Vec<u8> {
    let mut all = vec![];
    GzDecoder::new(bytes).read_to_end(&mut all).expect("whole, with its sums");
    all
}

/// A stream of these, each shared by somebody else.
fn stream<'a>(pieces: &Arc<Pieces>, parts: impl IntoIterator<Item = &'a Bytes>) -> Vec<u8> {
    let mut gzip = Gzip::new(Arc::clone(pieces));
    let mut all = vec![];
    parts.into_iter().for_each(|part| all.extend_from_slice(&gzip.wrap([part.clone(), Bytes::new()], false)));
    assert!(!gzip.is_over());
    all.extend_from_slice(&gzip.wrap([Bytes::new(), Bytes::new()], true));
    assert!(gzip.is_over());
    all
}

fn pieces(options: EventCompression) -> Arc<Pieces> {
    Arc::new(Pieces::new(options))
}

/// Texts that shrink, bytes that do not, and some that are larger than a block.
fn part() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        "[a-e \n]{1,400}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 1..400),
        (1_usize..200_000, any::<u8>()).prop_map(|(length, byte)| vec![byte; length]),
        (any::<u32>(), 1_usize..140_000).prop_map(|(seed, length)| noise(seed, length)),
    ]
}

fn noise(seed: u32, length: usize) -> Vec<u8> {
    let mut state = u64::from(seed) | 1;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    std::iter::repeat_with(next).take(length).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any of them, in any order, as often as one likes, are a valid stream with right sums.
    #[test]
    fn pieces_fit_everywhere(
        parts in prop::collection::vec(part(), 1..6),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        level in 0_u32..=9,
    ) {
        let parts: Vec<Bytes> = parts.into_iter().map(Bytes::from).collect();
        let shared = pieces(EventCompression::default().level(level).bytes_min(64));
        let taken: Vec<_> = order.iter().map(|index| index.get(&parts)).collect();
        let expected: Vec<u8> = taken.iter().flat_map(|part| part.iter().copied()).collect();
        prop_assert_eq!(read(&stream(&shared, taken)), expected);
    }
}

#[test]
fn what_does_not_shrink_is_wrapped() {
    let mut compressor = Compress::new(Compression::default(), false);
    for length in [1, 400, 0xFFFF, 0x1_0000, 200_000_usize] {
        let blocks = length.div_ceil(0xFFFF);
        let noise = noise(7, length);
        assert_eq!(Piece::deflated(&noise, &mut compressor).bytes.len(), length + 5 * blocks);
        assert_eq!(Piece::stored(&noise).bytes.len(), length + 5 * blocks);
    }
    assert!(Piece::deflated(&[b'x'; 200_000], &mut compressor).bytes.len() < 1000);
}

#[test]
fn what_is_short_is_not_tried() {
    let shared = pieces(EventCompression::default());
    let made = |length: usize| {
        let mut gzip = Gzip::new(Arc::clone(&shared));
        let _ = gzip.wrap([Bytes::from_static(b"-"), Bytes::new()], false);
        gzip.wrap([vec![b'x'; length].into(), Bytes::new()], false).len()
    };
    assert_eq!(made(127), 127 + 5);
    assert!(made(128) < 30);
}

#[test]
fn many_who_come_at_once_wait_for_one() {
    let shared = pieces(EventCompression::default());
    let plain = Bytes::from(noise(3, 5000));
    // One that stays: what nobody reads is forgotten.
    let stays = Gzip::new(Arc::clone(&shared));
    let of_all: Vec<_> = thread::scope(|scope| {
        let all: Vec<_> = (0..8).map(|_| scope.spawn(|| stream(&shared, [&plain]))).collect();
        all.into_iter().map(|one| one.join().expect("no panic")).collect()
    });
    drop(stays);
    assert!(of_all.iter().all(|one| read(one) == plain));
    assert_eq!(shared.made(), 1);
}

#[test]
fn what_is_kept_is_bounded() {
    let frame = |byte: u8| Bytes::from(vec![byte; 1000]);
    let frames: Vec<_> = (0..3).map(frame).collect();
    let made = |kept_bytes_max| {
        let shared = pieces(EventCompression::default().kept_bytes_max(kept_bytes_max));
        let mut gzip = Gzip::new(Arc::clone(&shared));
        for frame in frames.iter().chain(&frames) {
            let _ = gzip.wrap([frame.clone(), Bytes::new()], false);
        }
        shared.made()
    };
    assert_eq!(made(3 * 1256), 3, "all are kept");
    assert_eq!(made(3 * 1256 - 1), 6, "the oldest has gone whenever it is wanted again");
    assert_eq!(made(0), 6, "nothing is kept");
    let shared = pieces(EventCompression::default().kept_bytes_max(1255));
    let stays = Gzip::new(Arc::clone(&shared));
    let _ = (stream(&shared, [&frames[0]]), stream(&shared, [&frames[0]]));
    assert_eq!(shared.made(), 2, "it does not fit");
    drop(stays);
}

#[test]
fn what_is_one_readers_own_is_not_kept() {
    let shared = pieces(EventCompression::default().kept_bytes_max(1256));
    let mut gzip = Gzip::new(Arc::clone(&shared));
    let ours = Bytes::from(vec![1; 1000]);
    for _ in 0..3 {
        let _ = gzip.wrap([ours.clone(), Bytes::new()], false);
        let _ = gzip.wrap([vec![2; 1000].into(), Bytes::new()], false);
    }
    assert_eq!(shared.made(), 1 + 3);
}

#[test]
fn what_nobody_reads_is_let_go() {
    let shared = pieces(EventCompression::default());
    let plain = Bytes::from(vec![1; 1000]);
    for made in 1..=2 {
        let _ = stream(&shared, [&plain, &plain]);
        assert_eq!(shared.made(), made);
        assert!(plain.is_unique());
    }
}

#[test]
fn a_stream_without_a_byte_is_whole() {
    assert_eq!(read(&stream(&pieces(EventCompression::default()), [])), b"");
}

#[test]
fn clients_get_what_they_like_best() {
    let check = |accept: &[&'static str], expected| {
        let mut headers = HeaderMap::new();
        accept.iter().for_each(|value| _ = headers.append(ACCEPT_ENCODING, HeaderValue::from_static(value)));
        assert_eq!(takes_gzip(&headers), expected, "{accept:?}");
    };
    check(&["gzip, deflate, br, zstd"], true);
    check(&["br", "x-gzip"], true);
    check(&["GZIP ; q=0.001"], true);
    check(&["*"], true);
    check(&["*;q=0.5, gzip;q=0"], false);
    check(&["gzip;q=0.5, identity;q=0.5"], true);
    check(&["gzip;q=0.5, identity"], false);
    check(&["gzip;Q=0.5, identity;Q=0.501"], false);
    check(&["identity;q=0"], false);
    check(&["deflate, br"], false);
    check(&["gzip;q=0"], false);
    check(&["gzip;q=0.0001"], true); // No weight at all, so it counts as none was given.
    check(&[""], false);
    check(&[], false);
}

/// What is too short, or too long, is wrapped as it is.
#[test]
fn what_is_tried_has_bounds_on_both_sides() {
    let wrapped = |options: EventCompression, length: usize| {
        let mut gzip = Gzip::new(pieces(options));
        let _ = gzip.wrap([Bytes::from_static(b"-"), Bytes::new()], false);
        gzip.wrap([vec![b'x'; length].into(), Bytes::new()], false).len()
    };
    let options = EventCompression::default().bytes_min(100).bytes_max(1000);
    for (length, is_tried) in [(99, false), (100, true), (1000, true), (1001, false)] {
        let bytes = wrapped(options, length);
        assert_eq!(bytes < length, is_tried, "{length}: {bytes}");
        assert!(is_tried || bytes == length + 5, "{length}: {bytes}");
    }
    assert_eq!(wrapped(options.level(0), 1000), 1005, "0 only wraps");
    assert_eq!(wrapped(options.level(10), 1000), wrapped(options.level(9), 1000), "more counts as 9");
}
