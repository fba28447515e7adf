//! Whole hops and streams, for tests to change.

use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use oriole_sse::{DoctorFrame, DoctorRequest};

use crate::doctor::cuts::Fate;
use crate::doctor::finding::{Finding, Level};
use crate::doctor::hop::{Hop, LAST_EVENT_ID, Probed};
use crate::doctor::judge::judge;
use crate::doctor::listen::{End, Head, Heard, Mark};
use crate::doctor::order::{Order, parse};
use crate::doctor::timing::Timing;

pub(super) fn order(line: &str) -> Result<Order, String> {
    parse(line.split_whitespace().map(String::from), None).map(|order| order.expect("no --help"))
}

pub(super) fn secret_order(line: &str) -> Order {
    order(&format!("{line} --token 0123456789abcdef")).expect("an order")
}

pub(super) const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// A drip of sixteen small frames, as it arrived; the clock of the service began when the request was 20 ms old.
pub(super) fn drip(arrived: impl Fn(u32, u64) -> u64) -> Heard {
    let marks = (0..16).map(|n| {
        let sent = u64::from(n) * 100;
        Mark { n, sent: millis(sent), arrived: millis(20 + arrived(n, sent)), is_comment: n > 10 }
    });
    let marks: Vec<_> = marks.collect();
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("text/event-stream"));
    headers.insert("cache-control", HeaderValue::from_static("no-store"));
    let mut request = DoctorRequest::default();
    request.headers.push(("last-event-id".into(), LAST_EVENT_ID.into()));
    Heard {
        head: Some(Head { status: 200, version: "HTTP/1.1".into(), headers }),
        head_after: millis(20),
        reads: marks.iter().map(|mark| (mark.arrived, 100)).collect(),
        last_byte_after: marks[15].arrived,
        over_after: marks[15].arrived,
        marks,
        request: Some(request),
        events: 11,
        comments: 5,
        last_id: "15".into(),
        retry: Some(DoctorFrame::RETRY),
        longest_silence: millis(100),
        end: End::Whole,
    }
}

/// A stream of which the last byte came, and then nothing until it was over.
pub(super) fn stream(last_byte: u64, over: u64, end: End) -> Heard {
    Heard { last_byte_after: millis(last_byte), over_after: millis(over), end, ..drip(|_, sent| sent) }
}

/// A hop at which nothing is wrong.
pub(super) fn healthy(place: usize, order: &Order) -> Hop {
    let timing = Timing::of(&drip(|_, sent| sent));
    let survived = Fate::Survived { ms: 8_000 };
    let probed = Probed {
        timing,
        coded: None,
        bare: timing,
        idle: Some(survived),
        beat: Some(survived),
        refused: None,
        damaged: vec![],
    };
    Hop {
        place: order.places[place].clone(),
        plain: drip(|_, sent| sent),
        probed: Some(Box::new(probed)),
        offered: None,
        head_status: Some(200),
        options_status: Some(405),
    }
}

/// What is found on a way of three, of which some are changed.
pub(super) fn found(change: impl Fn(usize, &mut Hop)) -> Vec<Finding> {
    let order =
        secret_order("https://public/ --hop http://10.0.0.1/ --origin http://10.0.0.2/ --heartbeat 1 --patience 8");
    let hops = (0..3).map(|place| {
        let mut hop = healthy(place, &order);
        change(place, &mut hop);
        hop
    });
    judge(&order, &hops.collect::<Vec<_>>())
}

pub(super) fn codes(findings: &[Finding]) -> Vec<(Level, &str, &str)> {
    findings.iter().map(|finding| (finding.level, finding.code, finding.url.as_str())).collect()
}

pub(super) fn probed(hop: &mut Hop) -> &mut Probed {
    hop.probed.as_deref_mut().expect("probed")
}
