//! Tables for the terminal, in markdown.

use super::{Machine, Results, Spread};
use std::fmt::Write;

/// From here on a figure says as much of the load as of the program.
const BUSY: f64 = 0.9;

/// One case: a line for each program, and for each metric its median and its ratios to those that it is compared with; at the foot
/// what was compared, and where.
#[must_use]
pub fn table(results: &Results, machine: &Machine) -> String {
    let mut out = format!("### {}\n", results.name);
    for metric in results.metrics() {
        let references = results.references(metric);
        let heads: String = references.iter().map(|name| format!(" to {name} |")).collect();
        let rules = "---:|".repeat(references.len());
        let _ = writeln!(out, "\n| {} | median |{heads}\n|---|---:|{rules}", metric.name());
        for program in results.programs() {
            let own = match Spread::of(results.values(program, metric)) {
                Some(own) => metric.text(own.median),
                None if results.missing(program).is_empty() => continue,
                None => "–".to_owned(),
            };
            let ratio = |to| results.ratio(program, to, metric).map_or("–".to_owned(), |ratio| ratio.text());
            let ratios: String = references.iter().map(|to| format!(" {} |", ratio(to))).collect();
            let _ = writeln!(out, "| {program} | {own} |{ratios}");
        }
    }
    let rounds = results.rounds();
    for program in results.programs() {
        for (reason, missing) in results.missing(program) {
            let _ = writeln!(out, "\n{program}: no figure in {missing} of {rounds} rounds: {reason}.");
        }
        if let Some(share) = results.load_share(program).filter(|share| *share >= BUSY) {
            let percent = share * 100.0;
            let _ = writeln!(
                out,
                "\n{program}: the load took {percent:.0} % of its own core, and may be what was measured."
            );
        }
    }
    let _ = writeln!(out, "\n{machine}; {rounds} rounds. {}.", machine.compared(&results.programs()));
    out
}

#[cfg(test)]
mod tests {
    use super::table;
    use crate::report::{Machine, Measured, Metric, Results};

    fn lines(results: &Results) -> Vec<String> {
        let versions = [("axum", "axum 0.8.9".to_owned())].into();
        let machine =
            Machine { commit: Some("0123456789".to_owned()), versions, is_release: true, ..Machine::default() };
        let table = table(results, &machine);
        table.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn a_line_for_each_program() {
        let mut results = Results::new("a case", &["limit", "axum"]);
        let run = |value, share| Measured::one(Metric::CpuPerEvent, value).with_load(share);
        results.push(vec![("oriole", run(1000.0, 0.5)), ("axum", run(2000.0, 0.95))]);
        let expected = [
            "### a case",
            "| CPU per event | median | to limit | to axum |",
            "|---|---:|---:|---:|",
            "| oriole | 1.00 µs | – | 0.50 (0.50 to 0.50) |",
            "| axum | 2.00 µs | – | 1.00 (1.00 to 1.00) |",
            "axum: the load took 95 % of its own core, and may be what was measured.",
            ", 0 cores of , Linux ; 1 rounds. Oriole at 0123456789; axum 0.8.9.",
        ];
        assert_eq!(lines(&results), expected);
    }

    #[test]
    fn who_has_no_figure_has_a_line_and_a_reason() {
        let mut results = Results::new("a case", &["axum"]);
        let run = |value| Measured::one(Metric::CpuPerEvent, value);
        results.push(vec![("oriole", run(1000.0)), ("axum", run(2000.0)), ("nest", Measured::without("it is late"))]);
        results.push(vec![
            ("oriole", run(1000.0)),
            ("axum", Measured::without("it broke")),
            ("nest", Measured::without("it is late")),
        ]);
        let found = lines(&results);
        assert_eq!(
            found[3..6],
            [
                "| oriole | 1.00 µs | 0.50 (0.50 to 0.50) |",
                "| axum | 2.00 µs | 1.00 (1.00 to 1.00) |",
                "| nest | – | – |"
            ]
        );
        assert_eq!(
            found[6..8],
            ["axum: no figure in 1 of 2 rounds: it broke.", "nest: no figure in 2 of 2 rounds: it is late."]
        );
    }

    /// A share is no cost: one program's, divided by another's, says nothing.
    #[test]
    fn shares_are_compared_with_nothing() {
        let mut results = Results::new("a case", &["oriole"]);
        results.push(vec![("oriole", Measured::one(Metric::BusiestThread, 0.5))]);
        assert_eq!(
            lines(&results)[1..4],
            ["| share of the busier thread | median |", "|---|---:|", "| oriole | 50.0 % |"]
        );
    }
}
