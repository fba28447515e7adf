//! A stream for each connection, as fast as it goes.

use super::rate::per;
use crate::fanout::measured::{Measured, Metric};
use crate::fanout::suite::Start;
use crate::load::{Ask, Load};
use std::io;
use std::time::Duration;

/// The slowest of the programs needs a tenth of it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What an event costs that is ready when it is asked for.
pub(in crate::fanout) fn burst(start: &Start<'_>, connections: usize, count: u64) -> io::Result<Measured> {
    let server = start.server(0)?;
    let mut load = Load::new(server.addr)?;
    let cpu = server.process.cpu_nanos()?;
    load.connect(connections, &Ask { path: format!("/burst/{count}"), ..Ask::events() })?;
    let is_over = load.until(PATIENCE, |load| load.tally.answers >= connections as u64)?;
    load.settle(count);
    if !is_over {
        return Err(io::Error::other(format!("{} of {connections} streams ended", load.tally.answers)));
    }
    let cpu = server.process.cpu_nanos()? - cpu;
    Ok(Measured::of(&load.tally).with(Metric::CpuPerEvent, per(cpu, load.tally.events)))
}
