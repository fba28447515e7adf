//! How it is told.

use std::fmt::Write as _;

use serde::Serialize;

use super::cuts::{Fate, How};
use super::finding::{Finding, Level};
use super::hop::Hop;
use super::judge::time;
use super::listen::Head;
use super::proxy::Proxy;
use super::timing::{Timing, millis};

/// Everything, for programs.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// `healthy`, `faults` or `unmeasured`.
    pub(super) verdict: &'static str,
    /// The worst first.
    pub(super) findings: Vec<Finding>,
    /// The outermost first.
    pub(super) places: Vec<PlaceReport>,
}

/// What one address did.
#[derive(Debug, Serialize)]
pub(super) struct PlaceReport {
    url: String,
    is_origin: bool,
    proxy: Option<&'static str>,
    status: Option<u16>,
    version: Option<String>,
    /// By which the service was asked in the end.
    service_version: Option<String>,
    headers: Vec<(String, String)>,
    head_after_ms: u64,
    timing: Option<Timing>,
    coding: Option<String>,
    coded_timing: Option<Timing>,
    bare_timing: Option<Timing>,
    idle: Option<Fate>,
    beat: Option<Fate>,
    events: u64,
    comments: u64,
    longest_silence_ms: u64,
    head: Option<u16>,
    options: Option<u16>,
}

/// What the head says that matters to streams.
const SHOWN: [&str; 12] = [
    "age",
    "alt-svc",
    "cache-control",
    "content-encoding",
    "content-length",
    "content-type",
    "server",
    "transfer-encoding",
    "vary",
    "via",
    "x-accel-buffering",
    "x-cache",
];

impl Report {
    pub(super) fn new(hops: &[Hop], findings: Vec<Finding>) -> Self {
        let worst = findings.iter().map(|finding| finding.level).max();
        let verdict = match worst {
            Some(Level::Unmeasured) => "unmeasured",
            Some(Level::Fault) => "faults",
            Some(Level::Note) | None => "healthy",
        };
        let places = hops.iter().enumerate().map(|(at, hop)| PlaceReport::of(hop, hops.get(at + 1)));
        Self { verdict, findings, places: places.collect() }
    }

    /// The report for people.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for place in &self.places {
            place.write(&mut text);
        }
        for finding in &self.findings {
            let level = match finding.level {
                Level::Note => "note ",
                Level::Fault => "FAULT",
                Level::Unmeasured => "ERROR",
            };
            let _ = writeln!(text, "{level}  {}", harmless(&finding.says));
            for remedy in &finding.remedies {
                let _ = writeln!(text, "       - {remedy}");
            }
            if finding.level == Level::Unmeasured {
                let _ = writeln!(text, "       at {}", finding.url);
            }
        }
        let count = |level, word| {
            let count = self.findings.iter().filter(|finding| finding.level == level).count();
            format!("{count} {word}{}", if count == 1 { "" } else { "s" })
        };
        let _ = write!(text, "{}: {}, {}", self.verdict, count(Level::Fault, "fault"), count(Level::Note, "note"));
        text
    }
}

impl PlaceReport {
    fn of(hop: &Hop, inner: Option<&Hop>) -> Self {
        let head = hop.plain.head.as_ref();
        let shown = SHOWN.iter().filter_map(|name| Some(((*name).to_owned(), head?.header(name)?.to_owned())));
        let probed = hop.probed.as_deref();
        let coded = probed.and_then(|probed| probed.coded.clone());
        let offered = hop.offered.as_ref().and_then(Head::coding);
        Self {
            url: hop.place.uri.to_string(),
            is_origin: hop.place.is_origin,
            proxy: Proxy::of(hop, inner).map(Proxy::name),
            status: head.map(|head| head.status),
            version: head.map(|head| head.version.clone()),
            service_version: hop.plain.request.as_ref().map(|request| request.version.clone()),
            headers: shown.collect(),
            head_after_ms: millis(hop.plain.head_after),
            timing: probed.and_then(|probed| probed.timing),
            coding: offered.map(str::to_owned).or_else(|| coded.as_ref().map(|(coding, _)| coding.clone())),
            coded_timing: coded.and_then(|(_, timing)| timing),
            bare_timing: probed.and_then(|probed| probed.bare),
            idle: probed.and_then(|probed| probed.idle),
            beat: probed.and_then(|probed| probed.beat),
            events: hop.plain.events,
            comments: hop.plain.comments,
            longest_silence_ms: millis(hop.plain.longest_silence),
            head: hop.head_status,
            options: hop.options_status,
        }
    }

    fn write(&self, text: &mut String) {
        let who = if self.is_origin { "the service" } else { self.proxy.unwrap_or("no known proxy") };
        let status = self.status.map_or("no answer".to_owned(), |status| status.to_string());
        let version = self.version.as_deref().unwrap_or_default();
        let _ = writeln!(text, "{}  {who}  {version} {status}", self.url);
        let mut line = |name: &str, says: String| {
            let _ = writeln!(text, "  {name:<11} {says}");
        };
        if let Some(timing) = self.timing {
            line("frames", shown(timing));
        }
        if let Some(coding) = &self.coding {
            line("compressed", format!("{}; {}", harmless(coding), self.coded_timing.map_or("-".into(), shown)));
        }
        if let Some(timing) = self.bare_timing {
            line("untold", format!("{} (without X-Accel-Buffering)", shown(timing)));
        }
        if let Some(idle) = self.idle {
            line("silence", fate(idle));
        }
        if let Some(beat) = self.beat {
            line("heartbeats", fate(beat));
        }
        if self.timing.is_none() && self.status.is_some() {
            line("events", format!("{}, {} comments", self.events, self.comments));
            line("silence", format!("{} at most", time(self.longest_silence_ms)));
        }
        if self.status.is_some() {
            let status = |status: Option<u16>| status.map_or("-".to_owned(), |status| status.to_string());
            line("methods", format!("HEAD {}, OPTIONS {}", status(self.head), status(self.options)));
            line("answered", format!("after {}", time(self.head_after_ms)));
        }
        for (name, value) in &self.headers {
            line("", format!("{name}: {}", harmless(value)));
        }
        text.push('\n');
    }
}

fn shown(timing: Timing) -> String {
    let Timing { median_ms, longest_ms, first_bytes, is_until_end } = timing;
    let at_first =
        if is_until_end { "all came at the end".into() } else { format!("{first_bytes} bytes came at first") };
    format!("{} late (half of them), {} at most; {at_first}", time(median_ms), time(longest_ms))
}

fn fate(fate: Fate) -> String {
    match fate {
        Fate::Survived { ms } => format!("survived {}", time(ms)),
        Fate::Cut { silent_ms, total_ms, how: How::Lost } => {
            format!("lost without a word between {} and {}", time(silent_ms), time(total_ms))
        }
        Fate::Cut { silent_ms, total_ms, how } => {
            let by = if how == How::Ended { "ended" } else { "broken" };
            format!("{by} after {} in all, {} after the last byte", time(total_ms), time(silent_ms))
        }
    }
}

/// Shows what moves the cursor or turns words around, rather than obeying it: what answers is a stranger.
fn harmless(text: &str) -> String {
    let obeyed = |c: char| c.is_control() || is_bidi(c);
    text.chars().flat_map(|c| if obeyed(c) { c.escape_unicode().collect() } else { vec![c] }).collect()
}

/// Unicode's [`Bidi_Control`](https://www.unicode.org/reports/tr44/#Bidi_Control).
fn is_bidi(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
