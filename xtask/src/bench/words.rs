//! What `cargo xtask bench` understands.

use super::{Bench, Part};

pub(crate) const HELP: &str = "\
Usage: cargo xtask bench [--quick] [--dev] [--part NAME]... [--rounds N] [--only CASE]... [--programs A,B] [--pictures]

Builds Oriole and what it is compared with in release, and measures them in turn. Tables are printed; JSON and pictures are in
target/bench. At the start it says how long it takes.

  --quick         everything once, as small as can be, which takes a minute or two; the figures mean nothing
  --dev           the dev profile, as `cargo xtask test` runs it; the figures mean nothing
  --part NAME     one part; again for another: streams, request, decode, scope, durable, scale
  --rounds N      so many rounds in every part; each part has its own number otherwise
  --only CASE     of the streams only cases whose name begins so; again for others
  --programs A,B  of the streams only these programs: limit, limit-batch, hyper, oriole, oriole-body, oriole-2-shards, axum,
                  actix, nest
  --pictures      renews the pictures that docs/pictures has

benches/README.md says what each case measures.";

/// As `benches` has them: a mistake is told before everything is built.
pub(super) const PROGRAMS: [&str; 9] =
    ["limit", "limit-batch", "hyper", "oriole", "oriole-body", "oriole-2-shards", "axum", "actix", "nest"];

impl Bench {
    /// Understands a command line; `None` if it asks for help.
    pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Option<Self>, String> {
        let (mut bench, mut words) = (Self::default(), words.into_iter());
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("`{word}` wants a value"));
            match word.as_str() {
                "--help" | "-h" => return Ok(None),
                "--quick" => bench.is_quick = true,
                "--dev" => bench.is_dev = true,
                "--pictures" => bench.keeps_pictures = true,
                "--part" => bench.parts.push(part(&value()?)?),
                "--rounds" => bench.rounds = Some(rounds(&value()?)?),
                "--only" => bench.streams.extend([word.clone(), value()?]),
                "--programs" => bench.streams.extend([word.clone(), programs(value()?)?]),
                _ => return Err(format!("`{word}` is not known; `cargo xtask bench --help` says what is")),
            }
        }
        if bench.keeps_pictures && (bench.is_quick || bench.is_dev) {
            return Err("a smoke run's figures mean nothing, so its pictures are not kept".to_owned());
        }
        if bench.is_quick && bench.rounds.is_some() {
            return Err("a smoke run has one round".to_owned());
        }
        if !bench.streams.is_empty() && !bench.wants(Part::Streams) {
            return Err(format!(
                "`{}` is about the part `streams`, which is not among those that are wanted",
                bench.streams[0]
            ));
        }
        Ok(Some(bench))
    }
}

fn part(name: &str) -> Result<Part, String> {
    let names = || Part::ALL.map(Part::name).join(", ");
    let found = Part::ALL.into_iter().find(|part| part.name() == name);
    found.ok_or_else(|| format!("no part is called `{name}`: {}", names()))
}

fn rounds(text: &str) -> Result<u32, String> {
    let number = text.parse().ok().filter(|rounds| *rounds > 0);
    number.ok_or_else(|| format!("`--rounds` wants a number from 1 on, and got `{text}`"))
}

fn programs(names: String) -> Result<String, String> {
    match names.split(',').find(|name| !PROGRAMS.contains(name)) {
        Some(unknown) => Err(format!("no program is called `{unknown}`: {}", PROGRAMS.join(", "))),
        None => Ok(names),
    }
}
