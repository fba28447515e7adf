//! Everything that was measured, for programs.

use super::{Machine, Measured, Results, Spread};
use serde_json::{Map, Value, json as value};

/// All values in the order of the rounds, and what the tables show of them.
#[must_use]
pub fn json(all: &[Results], machine: &Machine) -> Value {
    let Machine { day, processor, cores, kernel, busy_before, load_before, is_release, commit, versions } = machine;
    value!({
        "machine": {
            "day": day, "processor": processor, "cores": cores, "kernel": kernel,
            "busy_before": busy_before, "load_before": load_before,
            "is_release": is_release, "commit": commit, "versions": versions,
        },
        "cases": all.iter().map(case).collect::<Vec<_>>(),
    })
}

fn case(results: &Results) -> Value {
    let programs = results.programs().into_iter().map(|program| {
        let metrics = results.metrics().into_iter().map(|metric| {
            let values = results.values(program, metric);
            let ratios = results.references(metric).iter().filter_map(|to| {
                let Spread { median, least, most } = results.ratio(program, to, metric)?;
                Some(((*to).to_owned(), value!({ "median": median, "least": least, "most": most })))
            });
            let figures = value!({
                "median": Spread::of(values.clone()).map(|spread| spread.median),
                "to": ratios.collect::<Map<_, _>>(),
                "values": values,
            });
            (metric.key().to_owned(), figures)
        });
        let sum = |of: fn(&Measured) -> u64| results.of(program).map(of).sum::<u64>();
        let entry = value!({
            "metrics": metrics.collect::<Map<_, _>>(),
            "events": sum(|run| run.events),
            "lost": sum(|run| run.lost),
            "doubled": sum(|run| run.doubled),
            "out_of_order": sum(|run| run.out_of_order),
            "cut_off": sum(|run| run.cut_off),
            "load_share": results.load_share(program),
            "missing": results.missing(program).into_iter().map(|(reason, rounds)| value!({ "reason": reason, "rounds": rounds })).collect::<Vec<_>>(),
        });
        (program.to_owned(), entry)
    });
    value!({ "name": results.name, "references": results.references, "programs": programs.collect::<Map<_, _>>() })
}

#[cfg(test)]
mod tests {
    use super::json;
    use crate::report::{Machine, Measured, Metric, Results};

    #[test]
    fn everything_has_its_place() {
        let mut results = Results::new("a case", &["axum"]);
        let run = |value| Measured { events: 7, lost: 1, ..Measured::one(Metric::CpuPerEvent, value) };
        results.push(vec![("oriole", run(1.0)), ("axum", run(2.0)), ("nest", Measured::without("it is late"))]);
        let found = json(&[results], &Machine::here(true));
        let oriole = &found["cases"][0]["programs"]["oriole"];
        assert_eq!(oriole["metrics"]["cpu_per_event_nanos"]["to"]["axum"]["median"], 0.5);
        assert_eq!((&oriole["events"], &oriole["lost"]), (&7.into(), &1.into()));
        let nest = &found["cases"][0]["programs"]["nest"];
        assert_eq!(nest["missing"], serde_json::json!([{ "reason": "it is late", "rounds": 1 }]));
        let machine = &found["machine"];
        assert!(machine["day"].is_string() && machine["versions"]["axum"].is_string(), "{found}");
        assert!(machine.get("commit").is_some(), "{found}");
    }
}
