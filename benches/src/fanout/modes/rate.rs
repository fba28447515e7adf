//! Events at a rate.

use crate::fanout::measured::{Measured, Metric};
use crate::fanout::program::Running;
use crate::fanout::suite::Start;
use crate::load::{Ask, Load};
use std::io;
use std::time::Duration;

/// Before the counters are read, so that the end of connecting is not among it.
const SETTLE: Duration = Duration::from_millis(300);
/// How long the last events may take beyond their time.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// What an event costs for each who gets it, and how long it takes.
pub(in crate::fanout) fn rate(
    start: &Start<'_>,
    connections: usize,
    per_second: f64,
    count: u64,
) -> io::Result<Measured> {
    let mut server = start.server(0)?;
    let mut load = Load::new(server.addr)?;
    load.connect(connections, &Ask::events())?;
    load.run_for(SETTLE)?;
    let cpu = server.process.cpu_nanos()?;
    deliver(&mut server, &mut load, per_second, count, PATIENCE)?;
    let cpu = server.process.cpu_nanos()? - cpu;
    let measured = Measured::of(&load.tally).with(Metric::CpuPerEvent, per(cpu, load.tally.events));
    let latency = |share| load.tally.latency.percentile(share).unwrap_or_default();
    Ok(measured.with(Metric::LatencyMedian, latency(0.5)).with(Metric::LatencyP99, latency(0.99)))
}

/// Publishes, and reads until everybody has everything, or so much time has gone by since the last was published.
pub(in crate::fanout) fn deliver(
    server: &mut Running,
    load: &mut Load,
    per_second: f64,
    count: u64,
    patience: Duration,
) -> io::Result<()> {
    server.publish(per_second, count)?;
    let last = published(server, load, per_second, count, |_| Ok(()))?;
    load.until(patience, |load| load.is_caught_up(last))?;
    load.settle(last);
    Ok(())
}

/// Reads until all that was ordered is published; gives the number of the last event.
pub(super) fn published(
    server: &Running,
    load: &mut Load,
    per_second: f64,
    count: u64,
    mut meanwhile: impl FnMut(&mut Load) -> io::Result<()>,
) -> io::Result<u64> {
    #[expect(clippy::cast_precision_loss, reason = "there are fewer events than that")]
    let most = Duration::from_secs_f64(count as f64 / per_second) + PATIENCE;
    let begun = std::time::Instant::now();
    loop {
        if let Some(last) = server.published()? {
            return Ok(last);
        }
        if begun.elapsed() > most {
            return Err(io::Error::other("the server did not publish what was ordered"));
        }
        meanwhile(load)?;
        load.run_for(Duration::from_millis(2))?;
    }
}

#[expect(clippy::cast_precision_loss, reason = "there are fewer events than that")]
pub(super) fn per(total: f64, events: u64) -> f64 {
    total / events.max(1) as f64
}
