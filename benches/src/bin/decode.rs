//! Decoding event streams: `oriole-sse` against the sse-stream crate, in turn in one process.
//!
//! ```text
//! cargo run --release -p benches --bin decode            # 101 rounds
//! cargo run --release -p benches --bin decode -- 301
//! cargo run --release -p benches --bin decode -- 301 "an event each"
//! ```

use std::convert::Infallible;
use std::fmt::Write;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use benches::report::{Arguments, Measured, Metric, Results};
use bytes::Bytes;
use futures_core::Stream;
use oriole_sse::{DecodeStream, Decoded, Decoder};
use sse_stream::SseByteStream;

/// What ours are compared with.
const OTHER: &str = "sse-stream";
/// How much of a case is decoded per sample.
const SAMPLE_BYTES: usize = 8 << 20;
const SAMPLE_BYTES_QUICK: usize = 64 << 10;
/// Nine cases, three readers.
const ROUND: Duration = Duration::from_millis(350);
/// What a socket's read usually brings under load, what a small one does, and one event at a time.
const CHUNKS: [(&str, usize); 2] = [("16 KiB", 16 * 1024), ("1460 B", 1460)];

fn main() -> std::io::Result<()> {
    let arguments = Arguments::read();
    let wanted = arguments.words.get(1).map_or("", String::as_str);
    let (rounds, sample_bytes) =
        (arguments.rounds(101), if arguments.is_quick { SAMPLE_BYTES_QUICK } else { SAMPLE_BYTES });
    if arguments.is_answered(ROUND * u32::try_from(rounds).map_err(std::io::Error::other)?) {
        return Ok(());
    }
    let mut cases = Vec::new();
    for (name, body) in [("chat completions", chat()), ("named deltas", deltas()), ("numbered, 100 B", numbered())] {
        for (size, chunk_bytes) in CHUNKS {
            cases.push((format!("decode, {name}, {size}"), split(&body, chunk_bytes)));
        }
        cases.push((format!("decode, {name}, an event each"), events(&body)));
    }
    cases.retain(|(name, _)| name.contains(wanted));
    let mut so_far = arguments.report();
    for (name, chunks) in &cases {
        so_far.add(compare(name, chunks, rounds, sample_bytes))?;
    }
    if !arguments.is_quick && wanted.is_empty() {
        so_far.add(long_line())?;
    }
    Ok(())
}

/// Gives the number of events and of bytes of data.
type Reader = fn(&[Bytes]) -> (usize, usize);

/// Measures three readers in turn.
fn compare(name: &str, chunks: &[Bytes], rounds: usize, sample_bytes: usize) -> Results {
    let bytes: usize = chunks.iter().map(Bytes::len).sum();
    let repeats = sample_bytes.div_ceil(bytes);
    let readers: [(&str, Reader); 3] = [("view", view), ("event", event), (OTHER, sse_stream)];
    let expected = view(chunks);
    let mut results = Results::new(name, &[OTHER]);
    for _ in 0..rounds {
        let round = readers.map(|(name, reader)| {
            let seconds = seconds(|| {
                for _ in 0..repeats {
                    assert_eq!(black_box(reader(black_box(chunks))), expected, "{name}");
                }
            });
            #[expect(clippy::cast_precision_loss, reason = "a rate")]
            let rate = (bytes * repeats) as f64 / seconds;
            (name, Measured::one(Metric::Bytes, rate))
        });
        results.push(round.into());
    }
    results
}

/// Reads with `Decoder::next_item`: number of events, bytes of data.
fn view(chunks: &[Bytes]) -> (usize, usize) {
    let (mut decoder, mut count, mut bytes) = (Decoder::default(), 0, 0);
    for chunk in chunks {
        let mut input = &chunk[..];
        while let Ok(Some(Decoded::Event(event))) = decoder.next_item(&mut input) {
            count += 1;
            bytes += black_box(event.data()).len();
        }
    }
    (count, bytes)
}

/// Reads with `DecodeStream`.
fn event(chunks: &[Bytes]) -> (usize, usize) {
    let stream = DecodeStream::new(Chunks(chunks.iter()));
    drive(stream, |event| event.map_or(0, |event| event.data().len()))
}

fn sse_stream(chunks: &[Bytes]) -> (usize, usize) {
    let stream = SseByteStream::new(Chunks(chunks.iter()));
    drive(stream, |event| event.map_or(0, |event| event.data.as_ref().map_or(0, String::len)))
}

/// Runs a stream that is always ready.
fn drive<S: Stream>(stream: S, len: impl Fn(S::Item) -> usize) -> (usize, usize) {
    let (mut stream, mut count, mut bytes) = (pin!(stream), 0, 0);
    let mut cx = Context::from_waker(Waker::noop());
    while let Poll::Ready(Some(item)) = stream.as_mut().poll_next(&mut cx) {
        count += 1;
        bytes += len(item);
    }
    (count, bytes)
}

struct Chunks<'a>(std::slice::Iter<'a, Bytes>);

impl Stream for Chunks<'_> {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: std::pin::Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.next().cloned().map(Ok))
    }
}

/// A sample is short enough to fall between two interruptions, and the median passes over those that do not.
fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

fn split(body: &str, chunk_bytes: usize) -> Vec<Bytes> {
    body.as_bytes().chunks(chunk_bytes).map(Bytes::copy_from_slice).collect()
}

fn events(body: &str) -> Vec<Bytes> {
    body.split_inclusive("\n\n").map(|event| Bytes::copy_from_slice(event.as_bytes())).collect()
}

/// What model servers send: one object per token, without a name.
fn chat() -> String {
    let mut body = String::new();
    for (index, word) in words().enumerate() {
        let _ = write!(
            body,
            "data: {{\"id\":\"chatcmpl-9x1\",\"object\":\"chat.completion.chunk\",\"created\":1730000000,\"model\":\"m-1\",\
             \"system_fingerprint\":\"fp_1\",\"choices\":[{{\"index\":{},\"delta\":{{\"content\":\" {word}\"}},\
             \"logprobs\":null,\"finish_reason\":null}}]}}\n\n",
            index % 3
        );
    }
    body
}

/// The same with a name for each.
fn deltas() -> String {
    let mut body = String::new();
    for word in words() {
        let _ = write!(
            body,
            "event: content_block_delta\ndata: {{\"type\":\"content_block_delta\",\"index\":0,\"delta\":\
             {{\"type\":\"text_delta\",\"text\":\" {word}\"}}}}\n\n"
        );
    }
    body
}

/// A feed that can be resumed.
fn numbered() -> String {
    let mut body = String::new();
    for (index, word) in words().enumerate() {
        let _ = write!(
            body,
            "id: {index}\nevent: price\ndata: {{\"symbol\":\"{word}\",\"bid\":101.25,\"ask\":101.5,\"volume\":{index}}}\n\n"
        );
    }
    body
}

fn words() -> impl Iterator<Item = &'static str> {
    ["the", "stream", "keeps", "its", "promise", "größer", "and", "resumes"].into_iter().cycle().take(4096)
}

/// A line of 8 MiB in reads of 1 KiB costs about as much per byte as one of 4 MiB: time is linear.
fn long_line() -> Results {
    let nanos_per_mebibyte = |mebibytes: u32| {
        let spent = seconds(|| {
            let mut decoder = Decoder::default();
            let _ = decoder.feed(b"data: ").count();
            for _ in 0..mebibytes * 1024 {
                let _ = decoder.feed(black_box(&[b'x'; 1024])).count();
            }
            assert_eq!(decoder.feed(b"\n\n").count(), 1);
        });
        Measured::one(Metric::Time, spent * 1e9 / f64::from(mebibytes))
    };
    let mut results = Results::new("decode, a long line in reads of 1 KiB, per MiB", &["4 MiB"]);
    for _ in 0..5 {
        results.push(vec![("8 MiB", nanos_per_mebibyte(8)), ("4 MiB", nanos_per_mebibyte(4))]);
    }
    results
}
