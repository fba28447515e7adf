//! Bars, as SVG.

use super::{Results, Spread};
use crate::fanout::{Metric, Program};
use std::fmt::Write;

const WIDTH: f64 = 760.0;
const NAMES: f64 = 110.0;
const BARS: f64 = 520.0;
const BAR: f64 = 20.0;
const STEP: f64 = 28.0;
const TOP: f64 = 62.0;

/// A picture for each case, of the metric that it is about, with a name for its file.
#[must_use]
pub fn pictures(all: &[Results]) -> Vec<(String, String)> {
    let first = |results: &Results| {
        // Memory is what idle connections are about, and the rate what a sweep is about.
        let wanted = [Metric::Rate, Metric::MemoryPerConnection];
        let metrics = results.metrics();
        wanted.into_iter().find(|metric| metrics.contains(metric)).or_else(|| metrics.first().copied())
    };
    all.iter().filter_map(|results| Some((file_name(results.case.name), picture(results, first(results)?)))).collect()
}

fn file_name(case: &str) -> String {
    let mut name = case.replace(|character: char| !character.is_ascii_alphanumeric(), "-");
    while name.contains("--") {
        name = name.replace("--", "-");
    }
    format!("bench-{}.svg", name.trim_matches('-'))
}

fn picture(results: &Results, metric: Metric) -> String {
    let rows: Vec<(Program, Spread)> = results
        .programs()
        .into_iter()
        .filter_map(|program| Some((program, Spread::of(results.values(program, metric))?)))
        .collect();
    let most = rows.iter().map(|(_, spread)| spread.median).fold(f64::MIN_POSITIVE, f64::max);
    #[expect(clippy::cast_precision_loss, reason = "there are seven rows at most")]
    let height = TOP + rows.len() as f64 * STEP + 12.0;
    let better = if metric == Metric::Rate { "more is better" } else { "less is better" };
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
         font-family=\"system-ui, sans-serif\" role=\"img\" aria-label=\"{name}: {what}\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <text x=\"16\" y=\"26\" font-size=\"16\" font-weight=\"600\" fill=\"#1f2328\">{name}</text>\n\
         <text x=\"16\" y=\"46\" font-size=\"13\" fill=\"#59636e\">{what}, median; {better}</text>\n",
        name = results.case.name,
        what = metric.name(),
    );
    let mut y = TOP;
    for (program, spread) in rows {
        let width = (spread.median / most * BARS).max(1.0);
        let fill = if program == Program::Oriole { "#d9730d" } else { "#9aa4af" };
        let middle = y + BAR * 0.72;
        let _ = writeln!(
            out,
            "<text x=\"{NAMES}\" y=\"{middle:.1}\" font-size=\"13\" text-anchor=\"end\" fill=\"#1f2328\">{}</text>\
             <rect x=\"{}\" y=\"{y}\" width=\"{width:.1}\" height=\"{BAR}\" rx=\"2\" fill=\"{fill}\"/>\
             <text x=\"{:.1}\" y=\"{middle:.1}\" font-size=\"13\" fill=\"#1f2328\">{}</text>",
            program.name(),
            NAMES + 10.0,
            NAMES + 16.0 + width,
            metric.text(spread.median),
        );
        y += STEP;
    }
    out.push_str("</svg>\n");
    out
}

#[cfg(test)]
mod tests {
    use super::{file_name, pictures};
    use crate::fanout::{Measured, Metric, Program, Results, quick};
    use std::collections::BTreeMap;

    #[test]
    fn a_case_has_a_file() {
        assert_eq!(
            file_name("stalled, 1 % of 1000 connections, 500/s"),
            "bench-stalled-1-of-1000-connections-500-s.svg"
        );
    }

    #[test]
    fn the_most_is_the_longest() {
        let mut results = Results::new(quick().remove(0));
        let measured = |value| Measured::default().with(Metric::MemoryPerConnection, value);
        results.push(BTreeMap::from([(Program::Oriole, measured(10_000.0)), (Program::Axum, measured(20_000.0))]));
        let [(_, picture)] = &pictures(&[results])[..] else { panic!("one case") };
        assert!(picture.contains("width=\"520.0\" height=\"20\" rx=\"2\" fill=\"#9aa4af\""), "{picture}");
        assert!(picture.contains("width=\"260.0\" height=\"20\" rx=\"2\" fill=\"#d9730d\""), "{picture}");
        assert!(picture.contains(">10.0 KB<"), "{picture}");
    }
}
