//! Everything that was measured, for programs.

use super::{Results, Spread};
use crate::fanout::Program;
use serde_json::{Map, Value, json as value};

/// All values in the order of the rounds, and what the tables show of them.
#[must_use]
pub fn json(all: &[Results]) -> Value {
    let cases = all.iter().map(|results| {
        let programs = results.programs().into_iter().map(|program| {
            let metrics = results.metrics().into_iter().map(|metric| {
                let values = results.values(program, metric);
                let figures = value!({
                    "median": Spread::of(values.clone()).map(|spread| spread.median),
                    "to_floor": results.ratio(program, results.case.floor(), metric).map(spread),
                    "to_axum": results.ratio(program, Program::Axum, metric).map(spread),
                    "values": values,
                });
                (metric.key().to_owned(), figures)
            });
            let sum = |of: fn(&crate::fanout::Measured) -> u64| results.of(program).map(of).sum::<u64>();
            let entry = value!({
                "metrics": metrics.collect::<Map<_, _>>(),
                "events": sum(|run| run.events),
                "lost": sum(|run| run.lost),
                "doubled": sum(|run| run.doubled),
                "out_of_order": sum(|run| run.out_of_order),
            });
            (program.name().to_owned(), entry)
        });
        value!({
            "name": results.case.name,
            "floor": results.case.floor().name(),
            "programs": programs.collect::<Map<_, _>>(),
        })
    });
    value!({ "cases": cases.collect::<Vec<_>>() })
}

fn spread(spread: Spread) -> Value {
    value!({ "median": spread.median, "least": spread.least, "most": spread.most })
}
