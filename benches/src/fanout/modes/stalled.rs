//! One connection in a hundred reads nothing; the others must not notice.

use super::rate::{PATIENCE, deliver, per};
use crate::fanout::sample::Section;
use crate::fanout::suite::Start;
use crate::load::{Ask, Load, Room};
use crate::report::{Measured, Metric};
use std::io;

/// As little as the system allows: on loopback, with its large segments, the server's socket would take some 2 MB before the
/// server noticed that nobody reads.
const ROOM: Room = Room { bytes: 4096, segment_bytes: 536 };

/// What an event costs for each who reads it, and how late it comes.
pub(in crate::fanout) fn stalled(
    start: &Start<'_>,
    connections: usize,
    per_second: f64,
    count: u64,
) -> io::Result<Measured> {
    let mut server = start.server(0)?;
    let mut load = Load::new(&server.target)?;
    let deaf = (connections / 100).max(1);
    load.connect(connections - deaf, &Ask::events())?;
    let mut sleepers = Load::new(&server.target)?;
    sleepers.connect(deaf, &Ask { reads: false, room: Some(ROOM), ..Ask::events() })?;
    let section = Section::begin(&server.process)?;
    deliver(&mut server, &mut load, per_second, count, PATIENCE)?;
    let spent = section.end()?;
    let p99 = load.tally.latency.percentile(0.99).unwrap_or_default();
    let cpu = per(spent.cpu_nanos, load.tally.events);
    let measured = Measured::of(&load.tally).with(Metric::CpuPerEvent, cpu).with(Metric::LatencyP99, p99);
    Ok(measured.with_load(spent.load_share))
}
