//! The server ends without a word and begins again, and everybody returns at once.

use super::rate::{PATIENCE, deliver};
use crate::fanout::sample::Section;
use crate::fanout::suite::Start;
use crate::load::{Ask, Load};
use crate::report::{Measured, Metric};
use std::io;
use std::time::Instant;

/// Before and after the restart, so that everybody has an id to return with, and everybody is seen to be back.
const EVENTS: u64 = 5;
const PER_SECOND: f64 = 20.0;

/// How long it takes until all are back, and what each costs.
pub(in crate::fanout) fn storm(start: &Start<'_>, connections: usize) -> io::Result<Measured> {
    let ask = Ask { comes_back: true, ..Ask::events() };
    let mut first = start.server(0)?;
    let mut load = Load::new(&first.target)?;
    load.connect(connections, &ask)?;
    deliver(&mut first, &mut load, PER_SECOND, EVENTS, PATIENCE)?;
    let port = first.target.addr.port();
    drop(first);
    if !load.until(PATIENCE, |load| load.tally.closed >= connections as u64)? {
        return Err(io::Error::other(format!("{} connections noticed the end", load.tally.closed)));
    }
    let ids = load.give_up();
    load.tally.closed = 0;

    let mut second = start.server(port)?;
    let (section, begun) = (Section::begin(&second.process)?, Instant::now());
    load.come_back(&ids, &ask)?;
    let (spent, time) = (section.end()?, begun.elapsed());
    // A new process numbers from the first event on.
    deliver(&mut second, &mut load, PER_SECOND, EVENTS, PATIENCE)?;
    #[expect(clippy::cast_precision_loss, reason = "there are not so many connections")]
    let connections = connections as f64;
    Ok(Measured::of(&load.tally)
        .with(Metric::CpuPerConnection, spent.cpu_nanos / connections)
        .with(Metric::Return, time.as_secs_f64() * 1e9)
        .with_load(spent.load_share))
}
