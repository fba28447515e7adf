//! Events at a rate.

use crate::fanout::program::Running;
use crate::fanout::sample::{Section, Spent};
use crate::fanout::suite::Start;
use crate::load::{Ask, Load};
use crate::report::{Measured, Metric};
use std::collections::BTreeMap;
use std::io;
use std::time::{Duration, Instant};

/// The rate of an order of one event, which means nothing.
const AT_ONCE: f64 = 1000.0;
/// Before the counters are read, so that the end of connecting is not among it.
const SETTLE: Duration = Duration::from_millis(300);
/// How long the last events may take beyond their time.
pub(super) const PATIENCE: Duration = Duration::from_secs(120);
/// What has not come when nothing came for so long is lost.
const SILENCE: Duration = Duration::from_secs(15);

/// What an event costs for each who gets it, and how long it takes.
pub(in crate::fanout) fn rate(
    start: &Start<'_>,
    connections: usize,
    per_second: f64,
    count: u32,
) -> io::Result<Measured> {
    run(start, connections, per_second, count, false).map(|(measured, _)| measured)
}

/// The same to a load that does not sleep while an event is under way, so that nobody pays for waking it.
pub(in crate::fanout) fn awake(
    start: &Start<'_>,
    connections: usize,
    per_second: f64,
    count: u32,
) -> io::Result<Measured> {
    run(start, connections, per_second, count, true).map(|(measured, _)| measured)
}

/// The same, and how evenly the server's threads share it. The load has one of the two cores as well: processor time tells what an
/// event costs there, and the clock nothing.
pub(in crate::fanout) fn shards(
    start: &Start<'_>,
    connections: usize,
    per_second: f64,
    count: u32,
) -> io::Result<Measured> {
    let (measured, spent) = run(start, connections, per_second, count, false)?;
    let cpu = measured.figures.get(&Metric::CpuPerEvent).copied().unwrap_or_default();
    let only = Measured { figures: BTreeMap::from([(Metric::CpuPerEvent, cpu)]), ..measured };
    Ok(only.with(Metric::BusiestThread, spent.busiest_share))
}

fn run(
    start: &Start<'_>,
    connections: usize,
    per_second: f64,
    count: u32,
    is_awake: bool,
) -> io::Result<(Measured, Spent)> {
    let mut server = start.server(0)?;
    let mut load = Load::new(&server.target)?;
    load.connect(connections, &Ask::events())?;
    load.run_for(SETTLE)?;
    let section = Section::begin(&server.process)?;
    let (begun, mut last) = (Instant::now(), 0);
    for seq in 1..=count {
        let due = begun + Duration::from_secs_f64(1.0 / per_second) * seq;
        load.run_for(due.saturating_duration_since(Instant::now()))?;
        last = u64::from(seq);
        load.stay_awake(is_awake);
        let all_have_it = publish_one(&mut server, &mut load, last, connections as u64 * last)?;
        load.stay_awake(false);
        if !all_have_it {
            // What does not come within this time is lost, and so is the run.
            break;
        }
    }
    let spent = section.end()?;
    load.settle(last);
    let measured = Measured::of(&load.tally).with(Metric::CpuPerEvent, per(spent.cpu_nanos, load.tally.events));
    let latency = |share| load.tally.latency.percentile(share).unwrap_or_default();
    let measured = measured.with(Metric::LatencyMedian, latency(0.5)).with(Metric::LatencyP99, latency(0.99));
    Ok((measured.with_load(spent.load_share), spent))
}

/// Publishes one event, and reads until everybody has it; says whether they have.
///
/// The next is not published before: on a busy machine events would pile up, and go out several at a time, so that they seem
/// to cost less than they do.
fn publish_one(server: &mut Running, load: &mut Load, seq: u64, events: u64) -> io::Result<bool> {
    server.publish(AT_ONCE, 1)?;
    let begun = Instant::now();
    while server.published()?.is_none_or(|last| last < seq) {
        if begun.elapsed() > PATIENCE {
            return Err(late());
        }
        load.until(Duration::from_millis(1), |load| load.tally.events >= events)?;
    }
    last_ones(load, PATIENCE, |load| load.tally.events >= events)
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
    last_ones(load, patience, |load| load.is_caught_up(last))?;
    load.settle(last);
    Ok(())
}

/// Reads what is still to come: until there is no more, the time is over, or nothing has come for a while; says whether it was the
/// first.
pub(super) fn last_ones(load: &mut Load, most: Duration, is_done: impl Fn(&Load) -> bool) -> io::Result<bool> {
    let (mut events, mut since) = (load.tally.events, Instant::now());
    load.until(most, |load| {
        if load.tally.events != events {
            (events, since) = (load.tally.events, Instant::now());
        }
        is_done(load) || since.elapsed() >= SILENCE
    })?;
    Ok(is_done(load))
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
    let begun = Instant::now();
    loop {
        if let Some(last) = server.published()? {
            return Ok(last);
        }
        if begun.elapsed() > most {
            return Err(late());
        }
        meanwhile(load)?;
        load.run_for(Duration::from_millis(2))?;
    }
}

fn late() -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, "it did not publish in time what was ordered")
}

#[expect(clippy::cast_precision_loss, reason = "there are fewer events than that")]
pub(super) fn per(total: f64, events: u64) -> f64 {
    total / events.max(1) as f64
}
