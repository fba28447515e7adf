//! Tables for the terminal, in markdown.

use super::{Results, Spread};
use std::fmt::Write;

/// From here on a figure says as much of the load as of the program.
const BUSY: f64 = 0.9;

/// One case: a line for each program, and for each metric its median and its ratios to those that it is compared with.
#[must_use]
pub fn table(results: &Results) -> String {
    let mut out = format!("### {}\n", results.name);
    let heads: String = results.references.iter().map(|name| format!(" to {name} |")).collect();
    let rules = "---:|".repeat(results.references.len());
    for metric in results.metrics() {
        let _ = writeln!(out, "\n| {} | median |{heads}\n|---|---:|{rules}", metric.name());
        for program in results.programs() {
            let Some(own) = Spread::of(results.values(program, metric)) else { continue };
            let ratio = |to| results.ratio(program, to, metric).map_or("–".to_owned(), |ratio| ratio.text());
            let ratios: String = results.references.iter().map(|to| format!(" {} |", ratio(to))).collect();
            let _ = writeln!(out, "| {program} | {} |{ratios}", metric.text(own.median));
        }
    }
    for program in results.programs() {
        if let Some(share) = results.load_share(program).filter(|share| *share >= BUSY) {
            let percent = share * 100.0;
            let _ = writeln!(
                out,
                "\n{program}: the load took {percent:.0} % of its own core, and may be what was measured."
            );
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::table;
    use crate::report::{Measured, Metric, Results};

    #[test]
    fn a_line_for_each_program() {
        let mut results = Results::new("a case", &["limit", "axum"]);
        let run = |value, share| Measured::one(Metric::CpuPerEvent, value).with_load(share);
        results.push(vec![("oriole", run(1000.0, 0.5)), ("axum", run(2000.0, 0.95))]);
        let expected = "### a case\n\n| CPU per event | median | to limit | to axum |\n|---|---:|---:|---:|\n\
                        | oriole | 1.00 µs | – | 0.50 (0.50 to 0.50) |\n| axum | 2.00 µs | – | 1.00 (1.00 to 1.00) |\n\
                        \naxum: the load took 95 % of its own core, and may be what was measured.\n";
        assert_eq!(table(&results), expected);
    }
}
