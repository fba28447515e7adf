//! Connections that get nothing.

use crate::fanout::sample::Section;
use crate::fanout::suite::Start;
use crate::load::{Ask, Load};
use crate::report::{Measured, Metric};
use std::io;
use std::time::Duration;

/// What a server sends before its first event, and what it tidies up after it, has settled.
const SETTLE: Duration = Duration::from_secs(1);

/// What it costs to take connections, and to hold them.
pub(in crate::fanout) fn idle(start: &Start<'_>, connections: usize) -> io::Result<Measured> {
    let server = start.server(0)?;
    let mut load = Load::new(&server.target)?;
    // The first connection brings what is made once.
    load.connect(1, &Ask::events())?;
    load.run_for(SETTLE)?;
    let (memory, section) = (server.process.memory_bytes()?, Section::begin(&server.process)?);
    load.connect(connections, &Ask::events())?;
    let spent = section.end()?;
    load.run_for(SETTLE)?;
    let memory = server.process.memory_bytes()? - memory;
    #[expect(clippy::cast_precision_loss, reason = "there are not so many connections")]
    let connections = connections as f64;
    Ok(Measured::of(&load.tally)
        .with(Metric::CpuPerConnection, spent.cpu_nanos / connections)
        .with(Metric::MemoryPerConnection, memory / connections)
        .with_load(spent.load_share))
}
