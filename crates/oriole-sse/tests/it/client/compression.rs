//! Compressed streams.

use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use oriole_sse::{ClientOptions, DecoderOptions, Signal};

use super::script::{Answer, Script, Step, all, is_silent, lines, next_data, stays, stream};

fn options() -> ClientOptions {
    ClientOptions::default().decompression(true)
}

/// One piece per flush.
fn gzip(parts: &[&str]) -> Vec<Bytes> {
    let mut encoder = GzEncoder::new(vec![], Compression::default());
    let mut pieces = vec![];
    for part in parts {
        encoder.write_all(part.as_bytes()).expect("memory");
        encoder.flush().expect("memory");
        pieces.push(std::mem::take(encoder.get_mut()).into());
    }
    pieces.push(encoder.finish().expect("memory").into());
    pieces
}

fn body(pieces: Vec<Bytes>, coding: &str) -> Answer {
    stream(pieces.into_iter().map(Step::Bytes).collect()).header("content-encoding", coding)
}

#[tokio::test(start_paused = true)]
async fn each_flush_of_a_compressor_arrives_at_once() {
    let mut pieces = gzip(&["data: 1\n\n", "data: 2\n\n"]);
    pieces.truncate(2);
    let mut steps: Vec<_> = pieces.into_iter().map(Step::Bytes).collect();
    steps.push(Step::Silence);
    let script = Script::new([stream(steps).header("content-encoding", "gzip")]);
    let mut source = script.source_with(options());
    assert_eq!(lines(&mut source, 3).await, ["open", "message:1:", "message:2:"]);
    assert!(is_silent(&mut source).await);
    assert_eq!(script.header("accept-encoding"), [Some("gzip, deflate".into())]);
}

#[tokio::test(start_paused = true)]
async fn gzip_and_deflate_are_undone_in_any_cuts() {
    let text = "data: größer\n\n".repeat(500);
    let mut zlib = ZlibEncoder::new(vec![], Compression::best());
    zlib.write_all(text.as_bytes()).expect("memory");
    let zlib = zlib.finish().expect("memory");
    let gzip = gzip(&[&text]).concat();
    // Two members are one text.
    let members = [gzip.clone(), gzip.clone()].concat();
    for (coding, compressed, count) in [("deflate", &zlib, 500), ("gzip", &gzip, 500), ("X-Gzip", &members, 1000)] {
        for cut in [1, 7, usize::MAX] {
            let pieces = compressed.chunks(cut.min(compressed.len())).map(Bytes::copy_from_slice).collect();
            let mut source = Script::new([body(pieces, coding)]).source_with(options());
            let mut events = 0;
            while let Some(Signal::Open(_) | Signal::Event(_)) = source.next_signal().await {
                events += 1;
            }
            assert_eq!(events, count + 1, "{coding} in pieces of {cut}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_offered_or_undone_unless_asked() {
    let script = Script::new([body(gzip(&["data: 1\n\n"]), "gzip")]);
    assert_eq!(all(&mut script.source()).await, ["failed: the answer is encoded in an unknown way"]);
    assert_eq!(script.header("accept-encoding"), [None]);
    let script = Script::new([body(vec![], "br")]);
    assert_eq!(all(&mut script.source_with(options())).await, ["failed: the answer is encoded in an unknown way"]);
    let mut source = Script::new([stays("data: 1\n\n").header("content-encoding", "identity")]).source();
    assert_eq!(next_data(&mut source).await, "1");
}

#[tokio::test(start_paused = true)]
async fn a_damaged_body_is_a_lost_connection() {
    let script =
        Script::new([body(vec![Bytes::from_static(b"\x1F\x8B\x08 nonsense and more of it")], "gzip"), stays("")]);
    let lines = lines(&mut script.source_with(options()), 3).await;
    assert_eq!(lines, ["open", "lost: the compressed body is damaged; 3000 ms", "open"]);
}

/// 64 MiB in some 65 KiB: the limits count what comes out, and no step holds more than about 1 MiB of it.
#[tokio::test(start_paused = true)]
async fn a_bomb_meets_the_limits() {
    let mut encoder = GzEncoder::new(vec![], Compression::best());
    for _ in 0..64 {
        encoder.write_all(&vec![b'x'; 1 << 20]).expect("memory");
    }
    let bomb = Bytes::from(encoder.finish().expect("memory"));
    let options = options().decoder(DecoderOptions::default().line_bytes_max(1 << 16));
    let script = Script::new([body(vec![bomb], "gzip")]);
    let lines = all(&mut script.source_with(options)).await;
    assert_eq!(lines, ["open", "failed: a line of the event stream exceeds 65536 bytes"]);
}
