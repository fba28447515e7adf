//! What the page is told of a stream or a topic: one row each, as JSON.

use std::cmp::Reverse;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::ConsoleOptions;
use crate::hub::{GapTold, Hub, OpenStream, OpenTopic, RecentEvent, SlowReaderPolicy, StreamTopic, Verdict};

/// What of many is listed, and how many there are.
pub(super) struct Listed {
    pub(super) all: usize,
    /// By the name of each.
    pub(super) rows: Vec<(String, Value)>,
}

pub(super) fn streams(hub: &Hub, options: &ConsoleOptions) -> Listed {
    let streams = hub.streams();
    let all = streams.len();
    let mut ranked: Vec<_> = streams
        .into_iter()
        .map(|stream| {
            let topics = stream.topics();
            let behind: u64 = topics.iter().map(|topic| topic.lag.events).sum();
            let is_touched = stream.is_held() || stream.is_filling() || stream.is_cut() || stream.ending().is_some();
            (Reverse((is_touched, behind, stream.number())), stream, topics)
        })
        .collect();
    ranked.sort_by_key(|(rank, ..)| *rank);
    ranked.truncate(options.streams_max);
    let row = |(_, stream, topics): (_, OpenStream, Vec<_>)| (stream.number().to_string(), of_stream(&stream, &topics));
    Listed { all, rows: ranked.into_iter().map(row).collect() }
}

pub(super) fn topics(hub: &Hub, options: &ConsoleOptions) -> Listed {
    let mut topics = hub.topics();
    let all = topics.len();
    topics.sort_by_cached_key(|topic| Reverse(topic.readers()));
    topics.truncate(options.topics_max);
    let row = |topic: OpenTopic| (topic.topic().as_str().to_owned(), of_topic(&topic, options));
    Listed { all, rows: topics.into_iter().map(row).collect() }
}

/// Who reads: whom the program named, behind a proxy, or else the connection's other end with its port.
fn peer(connected: Option<SocketAddr>, named: Option<IpAddr>) -> Option<String> {
    let is_behind = |named: &IpAddr| connected.is_none_or(|peer| peer.ip().to_canonical() != named.to_canonical());
    let named = named.filter(is_behind).map(|address| address.to_string());
    named.or_else(|| connected.map(|peer| peer.to_string()))
}

fn of_stream(stream: &OpenStream, topics: &[StreamTopic]) -> Value {
    let origin = stream.origin();
    let slow = stream.slow_reader();
    let gaps = stream.gaps();
    let verdict = stream.verdict();
    json!({
        "number": stream.number(),
        "route": origin.route.as_deref(),
        "path": origin.path.as_deref(),
        "peer": peer(origin.peer, stream.address()),
        "principal": stream.principal().map(|principal| principal.as_str()),
        "begun": millis(stream.begun()),
        "verdict": verdict.map(Verdict::as_str),
        "fault": match verdict {
            Some(Verdict::Refused(fault)) => Some(fault.as_str()),
            _ => None,
        },
        "policy": policy(slow.policy),
        "eventsMax": slow.events_max,
        "bytesMax": slow.bytes_max,
        "topics": topics.iter().map(of_lane).collect::<Vec<_>>(),
        "gaps": gaps.count,
        "latestGaps": gaps.latest.iter().map(of_gap).collect::<Vec<_>>(),
        "written": stream.written().map(|written| json!({
            "frames": written.frames,
            "bytes": written.bytes,
            "heartbeats": written.heartbeats,
            "last": written.last.map(millis),
            "heartbeatMs": written.heartbeat_interval.map(whole_millis),
        })),
        "hasGuard": stream.has_guard(),
        "guardSeconds": stream.guard_due().map(|due| due.as_secs()),
        "lifetimeSeconds": stream.lifetime_left().map(|left| left.as_secs()),
        "ending": stream.ending().map(crate::hub::EndReason::as_str),
        "isHeld": stream.is_held(),
        "isFilling": stream.is_filling(),
    })
}

fn of_lane(StreamTopic { place, lag, .. }: &StreamTopic) -> Value {
    json!({
        "topic": lag.topic.as_str(),
        "place": place.map(|place| place.0),
        "events": lag.events,
        "bytes": lag.bytes,
        "ms": whole_millis(lag.age),
    })
}

fn of_gap(gap: &GapTold) -> Value {
    json!({
        "topic": gap.topic.as_str(),
        "reason": gap.reason.as_str(),
        "after": gap.after.map(|sequence| sequence.0),
        "through": gap.through.map(|sequence| sequence.0),
    })
}

fn of_topic(topic: &OpenTopic, options: &ConsoleOptions) -> Value {
    let end = topic.end();
    json!({
        "topic": topic.topic().as_str(),
        "last": end.map(|end| end.sequence.0),
        // Too large for a number of a page's.
        "epoch": end.map(|end| format!("{:x}", end.epoch.0)),
        "base": topic.ring_base().0,
        "ringEvents": topic.ring_events(),
        "ringBytes": topic.ring_bytes(),
        "volatile": topic.volatile_events(),
        "readers": topic.readers(),
        "isStale": topic.is_stale(),
        "recent": topic.recent(options.events_max).iter().map(|event| of_event(event, options)).collect::<Vec<_>>(),
    })
}

fn of_event(recent: &RecentEvent, options: &ConsoleOptions) -> Value {
    let fields = recent.event.fields();
    let data = fields.data.unwrap_or_default();
    let shown = options.previews.then(|| &data[..data.floor_char_boundary(options.preview_bytes_max)]);
    json!({
        "sequence": recent.sequence.0,
        "at": millis(recent.at),
        "bytes": recent.bytes,
        "type": fields.event_type.map(|name| name.as_str()),
        "data": shown,
        "isCut": shown.is_some_and(|shown| shown.len() < data.len()),
    })
}

fn policy(policy: SlowReaderPolicy) -> &'static str {
    match policy {
        SlowReaderPolicy::Replay => "replay",
        SlowReaderPolicy::Disconnect => "disconnect",
        SlowReaderPolicy::DropOldest => "drop-oldest",
        SlowReaderPolicy::DropNewest => "drop-newest",
        SlowReaderPolicy::Coalesce => "coalesce",
    }
}

pub(super) fn millis(time: SystemTime) -> u64 {
    whole_millis(time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default())
}

pub(super) fn whole_millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::peer;

    #[test]
    fn a_client_behind_a_proxy_goes_before_the_proxy() {
        for (connected, named, expected) in [
            (Some("10.0.0.1:80"), Some("192.0.2.1"), Some("192.0.2.1")),
            (Some("192.0.2.1:80"), Some("192.0.2.1"), Some("192.0.2.1:80")),
            (Some("[::ffff:192.0.2.1]:80"), Some("192.0.2.1"), Some("[::ffff:192.0.2.1]:80")),
            (Some("10.0.0.1:80"), None, Some("10.0.0.1:80")),
            (None, Some("192.0.2.1"), Some("192.0.2.1")),
            (None, None, None),
        ] {
            let connected = connected.map(|addr| addr.parse().expect("an address with a port"));
            let named = named.map(|address| address.parse().expect("an address"));
            assert_eq!(peer(connected, named).as_deref(), expected);
        }
    }
}
