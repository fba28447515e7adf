//! Tables for the terminal, in markdown.

use super::{Results, Spread};
use crate::fanout::Program;
use std::fmt::Write;

/// One case: a line for each program, and for each metric its median and its ratios to the floor and to axum.
#[must_use]
pub fn table(results: &Results) -> String {
    let (floor, metrics) = (results.case.floor(), results.metrics());
    let mut out = format!("### {}\n", results.case.name);
    for metric in metrics {
        let floor_name = floor.name();
        let _ = writeln!(out, "\n| {} | median | to {floor_name} | to axum |\n|---|---:|---:|---:|", metric.name());
        for program in results.programs() {
            let Some(own) = Spread::of(results.values(program, metric)) else { continue };
            let ratio = |to| results.ratio(program, to, metric).map_or("–".to_owned(), |ratio| ratio.text());
            let (to_floor, to_axum) = (ratio(floor), ratio(Program::Axum));
            let _ = writeln!(out, "| {} | {} | {to_floor} | {to_axum} |", program.name(), metric.text(own.median));
        }
    }
    out
}
