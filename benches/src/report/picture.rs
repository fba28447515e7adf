//! Bars, as SVG, with the place and the day at their foot.

use super::{Machine, Metric, Results, Spread};
use std::fmt::Write;

const WIDTH: f64 = 760.0;
const NAMES: f64 = 110.0;
const BARS: f64 = 520.0;
const BAR: f64 = 20.0;
const STEP: f64 = 28.0;
const TOP: f64 = 62.0;
/// Of the lines at the foot, and below the last.
const LINE: f64 = 18.0;
const FOOT: f64 = 16.0;
const LINE_CHARS: usize = 110;
/// So much of a reason has its place beside a name.
const REASON_CHARS: usize = 80;
/// The program whose bar stands out, and with which the ratios at the foot are.
const OURS: &str = "oriole";

/// A picture for each case, of the metric that it is about, with a name for its file.
#[must_use]
pub fn pictures(all: &[Results], machine: &Machine) -> Vec<(String, String)> {
    let first = |results: &Results| {
        // Memory is what idle connections are about, and the rate what a sweep is about.
        let wanted = [Metric::Rate, Metric::MemoryPerConnection];
        let metrics = results.metrics();
        wanted.into_iter().find(|metric| metrics.contains(metric)).or_else(|| metrics.first().copied())
    };
    let picture = |results: &Results| Some((picture_name(&results.name), picture(results, first(results)?, machine)));
    all.iter().filter_map(picture).collect()
}

/// The file of a case's picture.
#[must_use]
pub fn picture_name(case: &str) -> String {
    let mut name = case.replace(|character: char| !character.is_ascii_alphanumeric(), "-").to_lowercase();
    while name.contains("--") {
        name = name.replace("--", "-");
    }
    format!("bench-{}.svg", name.trim_matches('-'))
}

fn picture(results: &Results, metric: Metric, machine: &Machine) -> String {
    let row = |program| Row::of(results, program, metric).map(|row| (program, row));
    let rows: Vec<(&str, Row)> = results.programs().into_iter().filter_map(row).collect();
    let most = rows.iter().map(|(_, row)| row.median.unwrap_or_default()).fold(f64::MIN_POSITIVE, f64::max);
    #[expect(clippy::cast_precision_loss, reason = "there are nine rows at most")]
    let foot = TOP + rows.len() as f64 * STEP;
    let ratios = results.references(metric).iter().filter_map(|to| {
        let ratio = results.ratio(OURS, to, metric).filter(|_| *to != OURS)?;
        Some(format!("{OURS} to {to} {}", ratio.text()))
    });
    let (ratios, rounds) = (ratios.collect::<Vec<_>>().join("; "), results.rounds());
    let lines = [ratios, format!("{machine}; {rounds} rounds"), machine.compared(&results.programs())];
    let lines: Vec<_> = lines.iter().flat_map(|line| wrapped(line)).collect();
    #[expect(clippy::cast_precision_loss, reason = "there are a few lines")]
    let height = foot + lines.len() as f64 * LINE + FOOT;
    let better = if metric.is_rate() { "more is better" } else { "less is better" };
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
         font-family=\"system-ui, sans-serif\" role=\"img\" aria-label=\"{name}: {what}\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <text x=\"16\" y=\"26\" font-size=\"16\" font-weight=\"600\" fill=\"#1f2328\">{name}</text>\n\
         <text x=\"16\" y=\"46\" font-size=\"13\" fill=\"#59636e\">{what}, median; {better}</text>\n",
        name = results.name,
        what = metric.name(),
    );
    let mut y = TOP;
    for (program, Row { median, text }) in rows {
        let width = median.map_or(0.0, |median| (median / most * BARS).max(1.0));
        let fill = if program == OURS { "#d9730d" } else { "#9aa4af" };
        let middle = y + BAR * 0.72;
        let _ = writeln!(
            out,
            "<text x=\"{NAMES}\" y=\"{middle:.1}\" font-size=\"13\" text-anchor=\"end\" fill=\"#1f2328\">{program}</text>\
             <rect x=\"{}\" y=\"{y}\" width=\"{width:.1}\" height=\"{BAR}\" rx=\"2\" fill=\"{fill}\"/>\
             <text x=\"{:.1}\" y=\"{middle:.1}\" font-size=\"13\" fill=\"#1f2328\">{}</text>",
            NAMES + 10.0,
            NAMES + 16.0 + width,
            escaped(&text),
        );
        y += STEP;
    }
    let mut y = foot;
    for line in lines {
        y += LINE;
        let _ = writeln!(out, "<text x=\"16\" y=\"{y}\" font-size=\"11\" fill=\"#59636e\">{}</text>", escaped(&line));
    }
    out.push_str("</svg>\n");
    out
}

/// What is drawn of one program.
struct Row {
    median: Option<f64>,
    text: String,
}

impl Row {
    /// `None` for a program that this metric is not about.
    fn of(results: &Results, program: &str, metric: Metric) -> Option<Self> {
        if let Some(Spread { median, .. }) = Spread::of(results.values(program, metric)) {
            return Some(Self { median: Some(median), text: metric.text(median) });
        }
        let (reason, _) = *results.missing(program).first()?;
        Some(Self { median: None, text: format!("– {}", reason.chars().take(REASON_CHARS).collect::<String>()) })
    }
}

/// Breaks a list where a line would be too long.
fn wrapped(list: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for item in list.split("; ") {
        match lines.last_mut() {
            Some(line) if line.chars().count() + item.chars().count() + 2 <= LINE_CHARS => {
                line.push_str("; ");
                line.push_str(item);
            }
            _ => lines.push(item.to_owned()),
        }
    }
    lines
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::{picture_name, pictures, wrapped};
    use crate::report::{Machine, Measured, Metric, Results};

    #[test]
    fn a_case_has_a_file() {
        let name = picture_name("stalled, 1 % of 1000 connections, 500/s");
        assert_eq!(name, "bench-stalled-1-of-1000-connections-500-s.svg");
        assert_eq!(picture_name("fan-out over TLS"), "bench-fan-out-over-tls.svg");
    }

    #[test]
    fn a_long_foot_has_several_lines() {
        let items = ["a".repeat(60), "b".repeat(48), "c".repeat(60)];
        assert_eq!(wrapped(&items.join("; ")), [items[..2].join("; "), items[2].clone()]);
    }

    #[test]
    fn the_most_is_the_longest_and_the_foot_says_where_and_when() {
        let mut results = Results::new("idle", &["axum"]);
        let measured = |value| Measured::one(Metric::MemoryPerConnection, value);
        let nest = Measured::without("it is < late");
        results.push(vec![("oriole", measured(10_000.0)), ("axum", measured(20_000.0)), ("nest", nest)]);
        let versions = [("axum", "axum 0.8.9".to_owned())].into();
        let machine = Machine { day: "2026-01-02".into(), processor: "A & B".into(), versions, ..Machine::default() };
        let [(_, picture)] = &pictures(&[results], &machine)[..] else { panic!("one case") };
        assert!(picture.contains("width=\"520.0\" height=\"20\" rx=\"2\" fill=\"#9aa4af\""), "{picture}");
        assert!(picture.contains("width=\"260.0\" height=\"20\" rx=\"2\" fill=\"#d9730d\""), "{picture}");
        assert!(picture.contains(">10.0 KB<"), "{picture}");
        assert!(picture.contains(">oriole to axum 0.50 (0.50 to 0.50)<"), "{picture}");
        assert!(picture.contains(">– it is &lt; late<") && picture.contains("; axum 0.8.9</text>"), "{picture}");
        assert!(picture.contains(">2026-01-02, ") && picture.contains("A &amp; B") && picture.contains("; 1 rounds<"));
    }
}
