//! All that is asked of one address.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CACHE_CONTROL, USER_AGENT};
use http::{HeaderName, HeaderValue, Method, Request};
use oriole_sse::{DoctorAct, DoctorToken, Transport};
use tokio::task::JoinSet;

use super::cuts::{Fate, SILENCES};
use super::listen::{End, Head, Heard, listen};
use super::order::{Order, Place};
use super::timing::Timing;

/// What an answer may take beyond what it is asked to take.
pub(super) const GRACE: Duration = Duration::from_secs(10);
/// How long a drip goes on.
pub(super) const DRIP: Duration = Duration::from_secs(3);
/// How often holding is seen before it is believed: a network may stall once.
const DRIPS_MAX: u32 = 2;
/// What goes out with the plain drip.
pub(super) const LAST_EVENT_ID: &str = "doctor-7";
/// What browsers offer.
const BROWSERS_CODINGS: &str = "gzip, deflate, br, zstd";
/// What can be undone here.
const CODINGS: &str = "gzip, deflate";

/// What one address did.
#[derive(Clone, Debug)]
pub(super) struct Hop {
    pub(super) place: Place,
    /// The answer to an ordinary request: a drip of the probe's, or a stream of one's own.
    pub(super) plain: Heard,
    /// The rest is asked of a probe alone.
    pub(super) probed: Option<Box<Probed>>,
    /// The head, where compression was offered as browsers do.
    pub(super) offered: Option<Head>,
    pub(super) head_status: Option<u16>,
    pub(super) options_status: Option<u16>,
}

#[derive(Clone, Debug)]
pub(super) struct Probed {
    pub(super) timing: Option<Timing>,
    /// Where compression was offered: the coding, and the timing below it.
    pub(super) coded: Option<(String, Option<Timing>)>,
    /// Where the service did not say `X-Accel-Buffering: no`.
    pub(super) bare: Option<Timing>,
    /// `None` where one of the silences was refused.
    pub(super) idle: Option<Fate>,
    pub(super) beat: Option<Fate>,
    /// The first of the silences and the beat that never was a stream.
    pub(super) refused: Option<Heard>,
    /// Streams of a few seconds that did not arrive whole.
    pub(super) damaged: Vec<Damaged>,
}

/// A short stream that ended otherwise than it should have.
#[derive(Clone, Debug)]
pub(super) struct Damaged {
    /// Which of them.
    pub(super) way: Way,
    pub(super) end: End,
    /// How many frames of it could be read, and how many bytes came.
    pub(super) frames: usize,
    pub(super) bytes: usize,
}

/// How a short stream was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Plain,
    Compressed,
    Bare,
}

/// A header that belongs to one request.
type Extra = Option<(&'static str, &'static str)>;

/// How to ask.
#[derive(Clone)]
pub(super) struct Asker {
    pub(super) place: Place,
    pub(super) transport: Arc<dyn Transport>,
    pub(super) order: Arc<Order>,
}

impl Asker {
    pub(super) async fn examine(self) -> Hop {
        if self.order.token.is_some() { self.probe().await } else { self.watch().await }
    }

    /// Runs the whole schedule of the probe, side by side.
    async fn probe(self) -> Hop {
        let (patience, heartbeat) = (self.order.patience, self.order.heartbeat);
        let drip = DoctorAct::Drip { is_bare: false };
        let first = self.ask(DoctorAct::Silence { length: Duration::ZERO }, None, Duration::ZERO).await;
        if first.marks.is_empty() {
            // No probe, or nothing at all: the head tells the rest.
            return self.without_more(first);
        }
        let mut silences = JoinSet::new();
        for step in (0..SILENCES).rev() {
            let (asker, length) = (self.clone(), patience / 2_u32.pow(step));
            silences.spawn(async move { (length, asker.ask(DoctorAct::Silence { length }, None, length).await) });
        }
        let ways = async {
            tokio::join!(
                self.held(drip, Some(("last-event-id", LAST_EVENT_ID))),
                self.held(drip, Some(("accept-encoding", CODINGS))),
                self.held(DoctorAct::Drip { is_bare: true }, None),
            )
        };
        let beat = DoctorAct::Beat { interval: heartbeat, length: patience };
        let ((plain, coded, bare), beat, offered, head, options, silences) = tokio::join!(
            ways,
            self.ask(beat, None, patience),
            self.head_of(Method::GET, Some(drip), Some(("accept-encoding", BROWSERS_CODINGS))),
            self.head_of(Method::HEAD, Some(drip), None),
            self.head_of(Method::OPTIONS, Some(drip), None),
            silences.join_all(),
        );
        // The probe has as many streams as it may have, or somebody on the way lets no more through.
        if let Some(refused) = [&plain, &coded, &bare].into_iter().find(|heard| !heard.is_stream()).cloned() {
            return self.without_more(refused);
        }
        if !plain.is_probes() {
            return self.without_more(plain);
        }
        let ended = silences.iter().map(|(_, heard)| heard).chain([&beat]);
        let refused = ended.into_iter().find(|heard| !heard.is_probes()).cloned();
        let coding = coded.coding().map(str::to_owned);
        let drips = [(Way::Plain, &plain), (Way::Compressed, &coded), (Way::Bare, &bare)];
        let damaged = drips.into_iter().filter(|(_, heard)| heard.end != End::Whole).map(|(way, heard)| Damaged {
            way,
            end: heard.end.clone(),
            frames: heard.marks.len(),
            bytes: heard.reads.iter().map(|(_, bytes)| bytes).sum(),
        });
        let damaged = damaged.collect();
        let probed = Probed {
            timing: Timing::of(&plain),
            coded: coding.map(|coding| (coding, Timing::of(&coded))),
            bare: Timing::of(&bare),
            idle: Fate::of_silences(&silences),
            beat: Fate::of(&beat),
            refused,
            damaged,
        };
        Hop {
            place: self.place,
            plain,
            probed: Some(Box::new(probed)),
            offered,
            head_status: head.map(|head| head.status),
            options_status: options.map(|head| head.status),
        }
    }

    /// Reads a stream of one's own for as long as there is patience.
    async fn watch(self) -> Hop {
        let request = self.request(Method::GET, None, None);
        let (plain, offered, head, options) = tokio::join!(
            listen(&*self.transport, request, self.order.patience),
            self.head_of(Method::GET, None, Some(("accept-encoding", BROWSERS_CODINGS))),
            self.head_of(Method::HEAD, None, None),
            self.head_of(Method::OPTIONS, None, None),
        );
        Hop {
            place: self.place,
            plain,
            probed: None,
            offered,
            head_status: head.map(|head| head.status),
            options_status: options.map(|head| head.status),
        }
    }

    fn without_more(self, plain: Heard) -> Hop {
        Hop { place: self.place, plain, probed: None, offered: None, head_status: None, options_status: None }
    }

    /// A drip, and anew if it seems held: what is held each time is held.
    async fn held(&self, act: DoctorAct, extra: Extra) -> Heard {
        let is_held = |heard: &Heard| Timing::of(heard).is_some_and(|timing| timing.is_held());
        let mut heard = self.ask(act, extra, DRIP).await;
        for _ in 1..DRIPS_MAX {
            if !is_held(&heard) {
                break;
            }
            heard = self.ask(act, extra, DRIP).await;
        }
        heard
    }

    async fn ask(&self, act: DoctorAct, extra: Extra, length: Duration) -> Heard {
        listen(&*self.transport, self.request(Method::GET, Some(act), extra), length + GRACE).await
    }

    /// The head of an answer, whose body is not read.
    async fn head_of(&self, method: Method, act: Option<DoctorAct>, extra: Extra) -> Option<Head> {
        let request = self.request(method, act, extra);
        let response = tokio::time::timeout(GRACE, self.transport.send(request)).await.ok()?.ok()?;
        let (parts, _) = response.into_parts();
        Some(Head { status: parts.status.as_u16(), version: format!("{:?}", parts.version), headers: parts.headers })
    }

    fn request(&self, method: Method, act: Option<DoctorAct>, extra: Extra) -> Request<Bytes> {
        let mut request = Request::new(Bytes::new());
        *request.method_mut() = method;
        // An address and a query that parse each make one that does.
        let address = act.map_or_else(|| self.place.uri.to_string(), |act| self.place.asking(&act.query()));
        *request.uri_mut() = address.parse().unwrap_or_else(|_| self.place.uri.clone());
        let all = request.headers_mut();
        all.insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
        all.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        all.insert(USER_AGENT, HeaderValue::from_static(concat!("oriole-doctor/", env!("CARGO_PKG_VERSION"))));
        if let Some(token) = &self.order.token
            && let Ok(mut value) = HeaderValue::from_str(token.secret())
        {
            value.set_sensitive(true);
            all.insert(HeaderName::from_static(DoctorToken::HEADER), value);
        }
        for (name, value) in &self.order.headers {
            all.insert(name.clone(), value.clone());
        }
        if let Some((name, value)) = extra {
            all.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        request
    }
}
