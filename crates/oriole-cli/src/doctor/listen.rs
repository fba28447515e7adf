//! One answer, as it arrives.

use std::error::Error;
use std::future::poll_fn;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request};
use oriole_sse::{Decoded, Decoder, DecoderOptions, DoctorFrame, DoctorRequest, Transport, TransportBody};
use tokio::time::{Instant, timeout_at};

use super::undo::Undo;

/// What is read of one stream.
const BYTES_MAX: usize = 8 * 1024 * 1024;
const LINE_BYTES_MAX: usize = 1024 * 1024;
/// What is kept of one stream.
const MARKS_MAX: usize = 10_000;

/// The head of an answer.
#[derive(Clone, Debug)]
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) version: String,
    pub(super) headers: HeaderMap,
}

impl Head {
    /// The first value of a header, if it is plain text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The coding of the body, if it has one.
    pub(super) fn coding(&self) -> Option<&str> {
        let coding = self.header("content-encoding")?.trim();
        (!coding.is_empty() && !coding.eq_ignore_ascii_case("identity")).then_some(coding)
    }

    pub(super) fn is_stream(&self) -> bool {
        let essence = self.header("content-type").and_then(|value| value.split(';').next()).unwrap_or_default();
        self.status == 200 && essence.trim().eq_ignore_ascii_case("text/event-stream")
    }
}

/// A frame or a comment of the probe's. All times are after the request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    pub(super) n: u32,
    /// When it was sent, by the probe's clock, which began with its first frame.
    pub(super) sent: Duration,
    pub(super) arrived: Duration,
    pub(super) is_comment: bool,
}

/// How an answer ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// With the probe's last frame.
    Whole,
    /// In good order, but before that.
    Early,
    /// The connection broke.
    Broken(String),
    /// Not within the time that was given.
    Silent,
    /// With more than is read.
    Endless,
}

/// What was heard.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    pub(super) head: Option<Head>,
    pub(super) head_after: Duration,
    pub(super) marks: Vec<Mark>,
    /// Bytes of the body, unpacked, and when they arrived.
    pub(super) reads: Vec<(Duration, usize)>,
    pub(super) request: Option<DoctorRequest>,
    pub(super) events: u64,
    pub(super) comments: u64,
    pub(super) last_id: String,
    pub(super) retry: Option<Duration>,
    pub(super) longest_silence: Duration,
    pub(super) last_byte_after: Duration,
    pub(super) over_after: Duration,
    pub(super) end: End,
}

impl Heard {
    fn nothing() -> Self {
        Self {
            head: None,
            head_after: Duration::ZERO,
            marks: Vec::new(),
            reads: Vec::new(),
            request: None,
            events: 0,
            comments: 0,
            last_id: String::new(),
            retry: None,
            longest_silence: Duration::ZERO,
            last_byte_after: Duration::ZERO,
            over_after: Duration::ZERO,
            end: End::Silent,
        }
    }

    pub(super) fn is_stream(&self) -> bool {
        self.head.as_ref().is_some_and(Head::is_stream)
    }

    /// Whether it was a stream of the probe's, whatever became of it.
    pub(super) fn is_probes(&self) -> bool {
        self.is_stream() && !self.marks.is_empty()
    }

    /// The coding of the body, if it has one.
    pub(super) fn coding(&self) -> Option<&str> {
        self.head.as_ref()?.coding()
    }

    /// Why it is no stream that can be looked at.
    pub(super) fn why_not(&self) -> String {
        match (&self.head, &self.end) {
            (None, End::Broken(error)) => error.clone(),
            (None, _) => "there was no answer".into(),
            (Some(head), _) if (300..400).contains(&head.status) => {
                let to = head.header("location").unwrap_or_default();
                format!("it redirects to {to:?} ({}): give that address", head.status)
            }
            (Some(head), _) if head.is_stream() => "nothing came after its head".into(),
            (Some(head), _) if head.status == 200 => {
                let given = head.header("content-type").unwrap_or_default();
                format!("it is no event stream, its content type is {given:?}: clients give up for good")
            }
            (Some(head), _) => format!("it answers {}: clients give up for good", head.status),
        }
    }

    /// How long nothing had come when it was over.
    pub(super) fn silent_for(&self) -> Duration {
        self.over_after.saturating_sub(self.last_byte_after)
    }
}

/// Sends a request and hears its answer to the end, for so long at most.
pub(super) async fn listen(transport: &dyn Transport, request: Request<Bytes>, limit: Duration) -> Heard {
    let start = Instant::now();
    let mut heard = Heard::nothing();
    heard.end = match timeout_at(start + limit, hear(transport, request, start, &mut heard)).await {
        Ok(end) => end,
        Err(_) => End::Silent,
    };
    heard.over_after = start.elapsed();
    heard.longest_silence = heard.longest_silence.max(heard.silent_for());
    heard
}

async fn hear(transport: &dyn Transport, request: Request<Bytes>, start: Instant, heard: &mut Heard) -> End {
    let response = match transport.send(request).await {
        Ok(response) => response,
        Err(error) => return End::Broken(chain(&error)),
    };
    heard.head_after = start.elapsed();
    let (parts, mut body) = response.into_parts();
    let head = Head { status: parts.status.as_u16(), version: format!("{:?}", parts.version), headers: parts.headers };
    let mut undo = Undo::of(head.coding());
    let is_stream = head.is_stream();
    heard.head = Some(head);
    if !is_stream {
        return End::Early;
    }
    let options = DecoderOptions::default().comments(true).line_bytes_max(LINE_BYTES_MAX);
    let mut decoder = Decoder::new(options.event_bytes_max(LINE_BYTES_MAX));
    let mut bytes = 0;
    loop {
        let chunk = match next(&mut body).await {
            Some(Ok(chunk)) => chunk,
            Some(Err(error)) => return End::Broken(chain(&error)),
            None => return End::Early,
        };
        let arrived = start.elapsed();
        heard.longest_silence = heard.longest_silence.max(arrived.saturating_sub(heard.last_byte_after));
        heard.last_byte_after = arrived;
        let plain = match undo.undo(&chunk) {
            Ok(plain) => plain,
            Err(error) => return End::Broken(format!("the compressed body is damaged: {error}")),
        };
        bytes += chunk.len().max(plain.len());
        if bytes > BYTES_MAX {
            return End::Endless;
        }
        if heard.reads.len() < MARKS_MAX {
            heard.reads.push((arrived, if plain.is_empty() { chunk.len() } else { plain.len() }));
        }
        match decode(&mut decoder, &plain, arrived, heard) {
            Ok(false) => {}
            Ok(true) => return End::Whole,
            Err(error) => return End::Broken(error),
        }
    }
}

/// Notes what a chunk says; tells whether it was the probe's last.
fn decode(decoder: &mut Decoder, mut input: &[u8], arrived: Duration, heard: &mut Heard) -> Result<bool, String> {
    let mut is_over = false;
    while let Some(item) = decoder.next_item(&mut input).map_err(|error| error.to_string())? {
        let (n, at, is_comment) = match item {
            Decoded::Event(event) => {
                heard.events += 1;
                event.last_event_id().clone_into(&mut heard.last_id);
                let frame = serde_json::from_str::<DoctorFrame>(event.data()).ok();
                let Some(frame) = frame.filter(|_| event.event_type() == "doctor") else { continue };
                heard.request = heard.request.take().or(frame.request);
                is_over |= frame.is_last;
                (frame.n, frame.at, false)
            }
            Decoded::Comment(text) => {
                heard.comments += 1;
                let numbers = text.trim().split_once(' ');
                let Some((Ok(n), Ok(at))) = numbers.map(|(n, at)| (n.parse(), at.parse())) else { continue };
                (n, at, true)
            }
            _ => continue,
        };
        if heard.marks.len() < MARKS_MAX {
            heard.marks.push(Mark { n, sent: Duration::from_micros(at), arrived, is_comment });
        }
    }
    heard.retry = decoder.reconnection_time();
    Ok(is_over)
}

async fn next(body: &mut TransportBody) -> Option<Result<Bytes, oriole_sse::TransportError>> {
    loop {
        match poll_fn(|cx| body.as_mut().poll_frame(cx)).await? {
            Ok(frame) => {
                if let Ok(data) = frame.into_data() {
                    return Some(Ok(data));
                }
            }
            Err(error) => return Some(Err(error)),
        }
    }
}

/// An error with its causes.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}
