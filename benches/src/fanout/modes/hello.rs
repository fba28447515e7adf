//! Requests for a small JSON.

use super::rate::per;
use crate::fanout::sample::Section;
use crate::fanout::suite::Start;
use crate::load::{Ask, Load};
use crate::report::{Measured, Metric};
use std::io;

/// So many go ahead: an interpreter compiles what is called often.
const WARM_UP: usize = 10;

/// What a request costs.
pub(in crate::fanout) fn hello(start: &Start<'_>, connections: usize, requests: usize) -> io::Result<Measured> {
    let server = start.server(0)?;
    let mut load = Load::new(&server.target)?;
    let ask = Ask { path: "/hello".to_owned(), ..Ask::events() };
    load.connect(connections, &ask)?;
    let rounds = requests / connections;
    for _ in 0..rounds / WARM_UP {
        load.ask_again(&ask)?;
    }
    let section = Section::begin(&server.process)?;
    for _ in 0..rounds {
        load.ask_again(&ask)?;
    }
    let spent = section.end()?;
    let cpu = per(spent.cpu_nanos, (rounds * connections) as u64);
    Ok(Measured::of(&load.tally).with(Metric::CpuPerRequest, cpu).with_load(spent.load_share))
}
