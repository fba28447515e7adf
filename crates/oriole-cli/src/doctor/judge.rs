//! What is wrong, and where it begins.

use std::cmp::Reverse;
use std::time::Duration;

use http::Uri;
use oriole_sse::DoctorFrame;

use super::cuts::{Fate, How};
use super::finding::{Finding, Level};
use super::hop::{DRIP, Damaged, Hop, LAST_EVENT_ID, Probed, Way};
use super::listen::{End, Head, Heard};
use super::order::Order;
use super::proxy::{Ailment, Proxy, remedies};
use super::timing::{Timing, millis};
use super::undo::Undo;

/// Looks at all addresses, from the service outward: what is seen at one and not at the next one inward begins there.
pub(super) fn judge(order: &Order, hops: &[Hop]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, hop) in hops.iter().enumerate().rev() {
        // What could not be looked at says nothing about those before it.
        let inward = &hops[at + 1..];
        let inner =
            inward.iter().find(|inner| inner.plain.is_stream() && inner.probed.is_some() == order.token.is_some());
        Judge { order, hop, inward, inner, proxy: Proxy::of(hop, inner), findings: &mut findings }.all();
    }
    if let Some(public) = hops.first()
        && public.place.uri.scheme_str() == Some("http")
        && !is_local(&public.place.uri)
    {
        findings.push(Finding {
            level: Level::Note,
            code: "http-1",
            url: public.place.uri.to_string(),
            says: "browsers speak HTTP/1.1 here, and open six connections at most to a host, over all tabs: a seventh stream waits"
                .into(),
            remedies: vec!["serve over HTTPS with HTTP/2, or open one stream for each browser".into()],
        });
    }
    findings.sort_by_key(|finding| Reverse(finding.level));
    findings
}

struct Judge<'a> {
    order: &'a Order,
    hop: &'a Hop,
    inward: &'a [Hop],
    /// The next one inward that was looked at in the same way.
    inner: Option<&'a Hop>,
    proxy: Option<Proxy>,
    findings: &'a mut Vec<Finding>,
}

impl Judge<'_> {
    fn all(&mut self) {
        if !self.hop.plain.is_stream() {
            self.unmeasured();
            return;
        }
        self.compresses_unasked();
        match &self.hop.probed {
            Some(probed) => self.probed(probed),
            // What the doctor cannot undo it cannot read.
            None if !Undo::of(self.hop.plain.coding()).is_known() => return,
            None if self.order.token.is_some() => self.find(
                Level::Unmeasured,
                "no-probe",
                "this is an event stream, but nothing of the doctor's came on it".into(),
                vec!["give the address of the probe's route, or leave the token out".into()],
            ),
            None => self.watched(),
        }
        self.methods();
    }

    fn unmeasured(&mut self) {
        let says = self.hop.plain.why_not();
        let is_not_found = self.hop.plain.head.as_ref().is_some_and(|head| head.status == 404);
        let help = "mount `SseDoctorModule` or a route with `DoctorProbe` there, and give the same token to both";
        let remedies = if is_not_found && self.order.token.is_some() { vec![help.into()] } else { Vec::new() };
        self.find(Level::Unmeasured, "no-stream", says, remedies);
    }

    fn probed(&mut self, probed: &Probed) {
        let inner = self.inner.and_then(|inner| inner.probed.as_deref());
        self.buffers(probed, inner);
        self.compresses(probed, inner);
        self.breaks(probed, inner);
        self.cuts(probed);
        self.passes_on();
        self.speaks_http_1_0();
        self.caches();
    }

    fn buffers(&mut self, probed: &Probed, inner: Option<&Probed>) {
        let is_held = |timing: Option<Timing>| timing.is_some_and(|timing| timing.is_held());
        let inner_timing = inner.and_then(|inner| inner.timing);
        if let Some(timing) = probed.timing.filter(|timing| timing.is_held()) {
            if !is_held(inner_timing) {
                let says = format!("{} buffers: {}", self.who(), held(&timing));
                let mut remedies = remedies(self.proxy, Ailment::Buffers);
                // nginx obeys the header, and does not pass it on.
                let is_told =
                    |hop: &Hop| hop.plain.head.as_ref().is_some_and(|head| head.header("x-accel-buffering").is_some());
                if let Some(inner) = self.inner.filter(|inner| !inner.place.is_origin && !is_told(inner)) {
                    let url = &inner.place.uri;
                    remedies.push(format!(
                        "or the hop behind it, at {url}, which keeps the service's header to itself: nginx: `proxy_pass_header \
                         X-Accel-Buffering;`"
                    ));
                }
                self.find(Level::Fault, "buffers", says, remedies);
            }
        } else if is_held(probed.bare) && !is_held(inner.and_then(|inner| inner.bare)) {
            let says = format!(
                "{} buffers unless it is told `X-Accel-Buffering: no`, which Oriole's streams do; those of others may not",
                self.who()
            );
            self.find(Level::Note, "buffers-unless-told", says, Vec::new());
        }
    }

    fn compresses(&mut self, probed: &Probed, inner: Option<&Probed>) {
        let offered = self.hop.offered.as_ref().and_then(Head::coding);
        let inner_offered = self.inner.and_then(|inner| inner.offered.as_ref()).and_then(Head::coding);
        let is_held = |probed: &Probed| matches!(&probed.coded, Some((_, Some(timing))) if timing.is_held());
        // What is held without compression is told as that.
        let is_plain_held = probed.timing.is_some_and(|timing| timing.is_held());
        if let Some((coding, Some(timing))) = &probed.coded
            && timing.is_held()
            && !is_plain_held
        {
            if !inner.is_some_and(is_held) {
                let says = format!("{} compresses with {coding} and holds frames for it: {}", self.who(), held(timing));
                self.find(Level::Fault, "compresses-and-holds", says, remedies(self.proxy, Ailment::Compresses));
            }
        } else if let Some(coding) = offered.filter(|_| inner_offered.is_none()) {
            let is_measured =
                matches!(&probed.coded, Some((measured, Some(_))) if measured.eq_ignore_ascii_case(coding));
            let is_whole = probed.damaged.iter().all(|damaged| damaged.way != Way::Compressed);
            let says = if is_measured && is_whole && !is_plain_held {
                format!("{} compresses with {coding}, and sends each frame at once", self.who())
            } else {
                format!("{} compresses with {coding}", self.who())
            };
            self.find(Level::Note, "compresses", says, Vec::new());
        }
    }

    /// What did not arrive whole, though it lasts a few seconds only.
    fn breaks(&mut self, probed: &Probed, inner: Option<&Probed>) {
        // Where whatever is alive is cut as early as that, this is told as that.
        let is_cut_early = |probed: &Probed| {
            let early = |beat: Fate| matches!(beat, Fate::Cut { total_ms, .. } if total_ms <= millis(DRIP));
            probed.beat.is_some_and(early)
        };
        if is_cut_early(probed) {
            return;
        }
        for Damaged { way, end, frames, bytes } in &probed.damaged {
            if inner.is_some_and(|inner| inner.damaged.iter().any(|damaged| damaged.way == *way)) {
                continue;
            }
            let what = match way {
                Way::Plain => "streams",
                Way::Compressed => "streams where compression is offered",
                Way::Bare => "streams without `X-Accel-Buffering: no`",
            };
            let how = match end {
                End::Broken(error) => format!("it broke ({error})"),
                End::Early => "it ended as if it was over".into(),
                End::Silent => "nothing more came".into(),
                End::Endless => "it went on without end".into(),
                End::Whole => continue,
            };
            let says =
                format!("{} damages {what}: {frames} frames could be read, {bytes} bytes, then {how}", self.who());
            let remedy = match way {
                Way::Compressed => "compress in one place: at the service or at the proxy, with one `Content-Encoding`",
                Way::Plain | Way::Bare => "look for a limit of the size of answers, and for what changes bodies",
            };
            self.find(Level::Fault, "damages-stream", says, vec![remedy.into()]);
        }
    }

    fn cuts(&mut self, probed: &Probed) {
        let (Some(idle), Some(beat)) = (probed.idle, probed.beat) else {
            if let Some(refused) = &probed.refused {
                self.refused(refused);
            }
            return;
        };
        let known = |hop: &Hop| hop.probed.as_deref().and_then(|probed| Some((probed.idle?, probed.beat?)));
        let inner = self.inward.iter().find_map(known);
        let Fate::Cut { silent_ms, total_ms, how } = idle else {
            if !inner.is_some_and(|(_, beat)| beat.is_cut()) {
                self.cuts_all(beat);
            }
            return;
        };
        // A cut of the next one inward is passed on by all others, a little later.
        if inner.is_some_and(|(idle, _)| idle.is_cut() && idle.silent_ms() * 4 < silent_ms.max(1) * 5) {
            return;
        }
        // It was alive, and went with the silent ones: what counts is the age. Where nobody told when that was, a heartbeat
        // came: so long a silence was survived.
        let is_aged = match how {
            How::Lost => beat.alive_ms() >= millis(self.order.heartbeat),
            How::Ended | How::Broken => beat.silent_ms() * 2 < silent_ms,
        };
        if is_aged && beat.is_cut() {
            self.cuts_all(beat);
            return;
        }
        let when = match how {
            How::Lost => format!("between {} and {} of silence, and tells nobody", time(silent_ms), time(total_ms)),
            How::Ended => format!("{} after the last byte, as if they were over", time(silent_ms)),
            How::Broken => format!("{} after the last byte, by breaking the connection", time(silent_ms)),
        };
        let heartbeat = time(millis(self.order.heartbeat));
        if beat.is_cut() {
            let says =
                format!("{} cuts idle streams {when}; a heartbeat every {heartbeat} does not keep them", self.who());
            let mut remedies = remedies(self.proxy, Ailment::CutsIdle);
            remedies.push(if silent_ms == 0 {
                let within = time(total_ms);
                format!("the service: `heartbeat_interval` well below {within}; less `--patience` tells how far below")
            } else {
                format!("the service: `heartbeat_interval` of {} or less", time(silent_ms / 2))
            });
            self.find(Level::Fault, "cuts-idle", says, remedies);
        } else {
            let says = format!("{} cuts idle streams {when}; a heartbeat every {heartbeat} keeps them", self.who());
            self.find(Level::Note, "cuts-idle", says, Vec::new());
        }
    }

    /// Of what was lost without a word the last byte is known, and when it was lost is not.
    fn cuts_all(&mut self, beat: Fate) {
        let Fate::Cut { total_ms, how, .. } = beat else { return };
        let when = match how {
            How::Lost => format!("about {} after they began, and tells nobody", time(beat.alive_ms())),
            How::Ended => format!("{} after they began, as if they were over", time(total_ms)),
            How::Broken => format!("{} after they began, by breaking the connection", time(total_ms)),
        };
        let says = format!("{} cuts streams that are alive, {when}", self.who());
        self.find(Level::Fault, "cuts-all", says, remedies(self.proxy, Ailment::CutsAll));
    }

    /// What never was a stream says nothing of what becomes of one.
    fn refused(&mut self, refused: &Heard) {
        let says = format!(
            "of the streams that are open side by side one was refused ({}): what {} cuts is not known",
            refused.why_not(),
            self.who()
        );
        let remedy = "let the doctor have a dozen streams at once: look at limits of requests and of connections";
        self.find(Level::Unmeasured, "refused", says, vec![remedy.into()]);
    }

    /// Compression that was not offered; not each client can undo it.
    fn compresses_unasked(&mut self) {
        let Some(coding) = self.hop.plain.coding() else { return };
        let inner = self.inward.iter().find(|inner| inner.plain.is_stream());
        if inner.is_some_and(|inner| inner.plain.coding().is_some()) {
            return;
        }
        let rest = if Undo::of(Some(coding)).is_known() { "" } else { "; the doctor cannot either, and knows no more" };
        let says = format!(
            "{} compresses with {coding} though nobody offered it: not each client can undo that{rest}",
            self.who()
        );
        self.find(Level::Fault, "compresses-unasked", says, remedies(self.proxy, Ailment::Compresses));
    }

    /// What is lost or changed on the way.
    fn passes_on(&mut self) {
        let inner = self.inner;
        // Where no frame arrived, nothing is known of the request.
        let passes = |hop: &Hop| {
            let request = hop.plain.request.as_ref();
            request.is_none_or(|request| request.header("last-event-id") == Some(LAST_EVENT_ID))
        };
        if !passes(self.hop) && inner.is_none_or(passes) {
            let says = format!("{} does not pass `Last-Event-ID` on: no client can resume", self.who());
            let remedy = "let the request's header `Last-Event-ID` through".into();
            self.find(Level::Fault, "drops-last-event-id", says, vec![remedy]);
        }
        let is_whole = |hop: &Hop| {
            let comments = hop.plain.marks.iter().filter(|mark| mark.is_comment).count();
            let ids = hop.plain.marks.last().is_some_and(|last| hop.plain.last_id == last.n.to_string());
            hop.plain.end != End::Whole || (hop.plain.retry == Some(DoctorFrame::RETRY) && comments > 0 && ids)
        };
        if !is_whole(self.hop) && inner.is_none_or(is_whole) {
            let says =
                format!("{} changes the stream: `retry:`, ids or comments do not arrive as they were sent", self.who());
            self.find(Level::Fault, "changes-stream", says, vec!["let bodies of `text/event-stream` alone".into()]);
        }
    }

    /// Without chunks the end of a stream and its loss look the same to the proxy.
    fn speaks_http_1_0(&mut self) {
        let version = |hop: &Hop| hop.plain.request.as_ref().map(|request| request.version.clone());
        let is_old = |hop: &Hop| version(hop).as_deref() == Some("HTTP/1.0");
        if is_old(self.hop) && !self.inner.is_some_and(is_old) {
            let says = format!(
                "{} speaks HTTP/1.0 to what is behind it: it cannot tell a cut stream from one that is over",
                self.who()
            );
            let nginx = "nginx: `proxy_http_version 1.1; proxy_set_header Connection \"\";`";
            self.find(Level::Note, "http-1-0", says, vec![nginx.into()]);
        }
    }

    fn caches(&mut self) {
        let is_cached = |hop: &Hop| {
            let Some(head) = &hop.plain.head else { return false };
            let control = head.header("cache-control").unwrap_or_default().to_ascii_lowercase();
            head.header("age").is_some() || !(control.contains("no-store") || control.contains("no-cache"))
        };
        if is_cached(self.hop) && !self.inner.is_some_and(is_cached) {
            let says = format!("{} lets caches keep the stream: its answer has an `Age`, or no `no-store`", self.who());
            let remedy = "let `Cache-Control` of the service through, and do not cache this path".into();
            self.find(Level::Fault, "caches", says, vec![remedy]);
        }
    }

    /// Of a stream that is not ours less can be told: nobody knows when its events were sent.
    fn watched(&mut self) {
        if let Some(coding) = self.hop.offered.as_ref().and_then(Head::coding) {
            let says =
                format!("the stream is compressed with {coding}; whether frames are held for it, only the probe tells");
            self.find(Level::Note, "compresses", says, Vec::new());
        }
        if self.hop.plain.end != End::Silent {
            let how = match &self.hop.plain.end {
                End::Broken(error) => format!("broke ({error})"),
                End::Endless => "was more than is read".into(),
                End::Whole | End::Early | End::Silent => "ended in good order".into(),
            };
            let (total, silent) = (millis(self.hop.plain.over_after), millis(self.hop.plain.silent_for()));
            let says = format!("the stream {how} after {}, {} after its last byte", time(total), time(silent));
            self.find(Level::Note, "ended", says, Vec::new());
        }
        let silence = self.hop.plain.longest_silence;
        if silence > Duration::from_secs(30) {
            let says = format!("nothing came for {}: a heartbeat would keep it from being cut", time(millis(silence)));
            self.find(Level::Note, "silent", says, Vec::new());
        }
        let says =
            "when events were sent is not known here: with the probe's route and a token the rest is told".into();
        self.find(Level::Note, "no-token", says, Vec::new());
    }

    fn methods(&mut self) {
        self.method("HEAD", "head", |hop| hop.head_status);
        self.method("OPTIONS", "options", |hop| hop.options_status);
    }

    fn method(&mut self, method: &str, code: &'static str, status: fn(&Hop) -> Option<u16>) {
        if self.hop.probed.is_none() && self.order.token.is_some() {
            return;
        }
        let shown = |status: Option<u16>| status.map_or("nothing".to_owned(), |status| status.to_string());
        let given = status(self.hop);
        let says = match self.inner.map(status) {
            Some(inner) if inner != given => {
                format!(
                    "{} answers {method} with {}, what is behind it with {}",
                    self.who(),
                    shown(given),
                    shown(inner)
                )
            }
            None if given.is_none_or(|status| status >= 500) => {
                format!("{} answers {method} with {}", self.who(), shown(given))
            }
            _ => return,
        };
        self.find(Level::Note, code, says, Vec::new());
    }

    /// Who did it, as far as the addresses tell.
    fn who(&self) -> String {
        let name = self.proxy.map_or(String::new(), |proxy| format!(" ({})", proxy.name()));
        let url = &self.hop.place.uri;
        if self.hop.place.is_origin {
            format!("the service itself at {url}")
        } else if self.inner.is_some() {
            format!("the hop at {url}{name}")
        } else {
            format!("something at or behind {url}{name}")
        }
    }

    fn find(&mut self, level: Level, code: &'static str, says: String, remedies: Vec<String>) {
        let url = self.hop.place.uri.to_string();
        self.findings.push(Finding { level, code, url, says, remedies });
    }
}

fn held(timing: &Timing) -> String {
    let so_many = if timing.is_until_end {
        "all frames came together, at the end".to_owned()
    } else {
        format!("the first {} bytes came together", timing.first_bytes)
    };
    format!("half of the frames came {} late or more; {so_many}", time(timing.median_ms))
}

/// A time as people say it.
pub(super) fn time(ms: u64) -> String {
    if ms < 1000 {
        return format!("{ms} ms");
    }
    let tenths = ms.saturating_add(50) / 100;
    if tenths.is_multiple_of(10) { format!("{} s", tenths / 10) } else { format!("{}.{} s", tenths / 10, tenths % 10) }
}

fn is_local(uri: &Uri) -> bool {
    matches!(uri.host(), Some("localhost" | "127.0.0.1" | "[::1]"))
}
