//! One connection in a hundred reads nothing; the others must not notice.

use super::rate::{PATIENCE, deliver, per};
use crate::fanout::measured::{Measured, Metric};
use crate::fanout::suite::Start;
use crate::load::{Ask, Load};
use std::io;

/// As little as the system allows, so that the server notices soon.
const ROOM_BYTES: usize = 4096;

/// What an event costs for each who reads it, and what each who does not costs in memory.
pub(in crate::fanout) fn stalled(
    start: &Start<'_>,
    connections: usize,
    per_second: f64,
    count: u64,
) -> io::Result<Measured> {
    let mut server = start.server(0)?;
    let mut load = Load::new(server.addr)?;
    let deaf = (connections / 100).max(1);
    load.connect(connections - deaf, &Ask::events())?;
    let mut sleepers = Load::new(server.addr)?;
    sleepers.connect(deaf, &Ask { reads: false, room_bytes: Some(ROOM_BYTES), ..Ask::events() })?;
    let cpu = server.process.cpu_nanos()?;
    deliver(&mut server, &mut load, per_second, count, PATIENCE)?;
    let cpu = server.process.cpu_nanos()? - cpu;
    let p99 = load.tally.latency.percentile(0.99).unwrap_or_default();
    Ok(Measured::of(&load.tally).with(Metric::CpuPerEvent, per(cpu, load.tally.events)).with(Metric::LatencyP99, p99))
}
