//! A stream for each connection, as fast as it goes.

use super::rate::per;
use crate::fanout::sample::Section;
use crate::fanout::suite::Start;
use crate::load::{Ask, Load};
use crate::report::{Measured, Metric};
use std::io;
use std::time::Duration;

/// The slowest of the programs needs a tenth of it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What an event costs that is ready when it is asked for.
pub(in crate::fanout) fn burst(start: &Start<'_>, connections: usize, count: u64) -> io::Result<Measured> {
    let server = start.server(0)?;
    let mut load = Load::new(&server.target)?;
    let section = Section::begin(&server.process)?;
    load.connect(connections, &Ask { path: format!("/burst/{count}"), ..Ask::events() })?;
    let is_over = load.until(PATIENCE, |load| load.tally.answers >= connections as u64)?;
    load.settle(count);
    if !is_over {
        return Err(io::Error::other(format!("{} of {connections} streams ended", load.tally.answers)));
    }
    // Every stream has come to its end: a connection that rests behind it may be closed.
    load.tally.closed = 0;
    let spent = section.end()?;
    let cpu = per(spent.cpu_nanos, load.tally.events);
    Ok(Measured::of(&load.tally).with(Metric::CpuPerEvent, cpu).with_load(spent.load_share))
}
