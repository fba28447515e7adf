//! From the order to the exit code.

use std::io;
use std::sync::Arc;

use oriole_sse::{HttpTransport, HttpTransportOptions, ProxyOptions, Transport};
use tokio::task::JoinSet;

use super::hop::{Asker, Hop};
use super::judge::judge;
use super::order::Order;
use super::report::Report;
use crate::say;

/// Looks at every address at the same time, prints what was found, and tells the exit code.
pub(crate) fn run(order: Order) -> io::Result<u8> {
    let options = HttpTransportOptions::default().proxy(ProxyOptions::from_environment());
    let transport = HttpTransport::new(options).map_err(io::Error::other)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let order = Arc::new(order);
    let hops = runtime.block_on(examine(Arc::new(transport), &order))?;
    let report = Report::new(&hops, judge(&order, &hops));
    if order.is_json {
        say::print(&serde_json::to_string_pretty(&report)?)?;
    } else {
        say::print(&report.text())?;
    }
    Ok(match report.verdict {
        "healthy" => 0,
        "faults" => crate::FOUND,
        _ => crate::FAILED,
    })
}

pub(super) async fn examine(transport: Arc<dyn Transport>, order: &Arc<Order>) -> io::Result<Vec<Hop>> {
    let mut tasks = JoinSet::new();
    for (at, place) in order.places.iter().enumerate() {
        let asker = Asker { place: place.clone(), transport: Arc::clone(&transport), order: Arc::clone(order) };
        tasks.spawn(async move { (at, asker.examine().await) });
    }
    let mut hops = Vec::new();
    while let Some(hop) = tasks.join_next().await {
        hops.push(hop.map_err(io::Error::other)?);
    }
    hops.sort_by_key(|(at, _)| *at);
    Ok(hops.into_iter().map(|(_, hop)| hop).collect())
}
