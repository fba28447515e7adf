//! One namespace out of all that was read.

use super::Namespace;
use crate::dotted::{joined, keys};
use crate::secret::showing_no_secrets;
use crate::service::{Found, at, put};
use crate::{ConfigService, Origin, Problem};
use oriole_collect::{Collected, Fault, FaultKind, How, Segment, collect, dotted};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Where variables stand within the namespace, and what they are called.
pub(crate) type Variables = BTreeMap<Vec<Segment>, (String, Origin)>;

/// Reads a namespace: its part of files and factories, and over it the variables that begin with its prefix.
pub(crate) fn read<N: Namespace>(service: &ConfigService) -> Result<N, Vec<Problem>> {
    read_all(service).map(|(value, ..)| value)
}

/// As [`read`], with what it was read from: nothing, if it was made by hand.
pub(super) fn read_all<N: Namespace>(service: &ConfigService) -> Result<(N, Value, Variables), Vec<Problem>> {
    if let Some(load) = N::LOAD {
        return match load(&service.env) {
            Ok(value) => match rules(&value) {
                None => Ok((value, Value::Null, Variables::new())),
                Some(problems) => Err(problems),
            },
            Err(error) => Err(vec![Problem::new(name_of::<N>(), Some(Origin::Factory), format!("failed: {error}"))]),
        };
    }
    let how = How { from_text: true, forbid_unknown: false, faults_max: service.problems_max };
    // What its fields are called is known when it has been read once, though from nothing.
    let fields = collect::<N>(&Value::Object(Map::new()), how);
    let mut tree = service.custom.at(N::NAME).map_or_else(|| Value::Object(Map::new()), Found::into_value);
    let mut problems = Vec::new();
    let variables = overlay::<N>(&mut tree, service, &fields, &mut problems);
    let collected = collect::<N>(&tree, how);
    let told = Told::<N> { service, variables: &variables, fields: &fields, _namespace: std::marker::PhantomData };
    problems.extend(collected.faults.iter().map(|fault| told.fault(fault)));
    if let (Some(value), Some(rules)) = (&collected.value, N::RULES) {
        for (path, message) in rules(value) {
            let mut path = segments(&path);
            collected.rename(&mut path);
            if !collected.is_faulty(&path) {
                problems.push(told.problem(&path, message));
            }
        }
    }
    problems.truncate(service.problems_max);
    match collected.value {
        Some(value) if problems.is_empty() => Ok((value, tree, variables)),
        _ => Err(problems),
    }
}

/// The rules that what was made by hand breaks.
fn rules<N: Namespace>(value: &N) -> Option<Vec<Problem>> {
    let broken = N::RULES?(value);
    let problems =
        broken.iter().map(|(path, message)| Problem::new(joined(N::NAME, path), Some(Origin::Factory), message));
    let problems: Vec<_> = problems.collect();
    (!problems.is_empty()).then_some(problems)
}

/// Puts variables into their places. Those without a field of their own go where their name says, so that a type that refuses
/// what it does not know is heard; at the top, where every variable begins with nothing, they are left out, and so are those of
/// another namespace with a longer prefix.
fn overlay<N: Namespace>(
    tree: &mut Value,
    service: &ConfigService,
    fields: &Collected<N>,
    problems: &mut Vec<Problem>,
) -> Variables {
    let mut all = Variables::new();
    for (name, variable) in service.env.said(service.skip_process_env) {
        let Some(rest) = name.strip_prefix(N::PREFIX).filter(|rest| !rest.is_empty()) else { continue };
        let mut path = Vec::new();
        let mut is_known = true;
        for part in rest.split("__") {
            let field = fields.fields(&path).and_then(|fields| fields.iter().find(|field| plain(field) == plain(part)));
            is_known &= field.is_some() || !path.is_empty();
            path.push(match (at(tree, &path), part.parse()) {
                (Some(Value::Array(_)), Ok(index)) => Segment::Index(index),
                (there, _) => Segment::Key(field.map_or_else(|| key_of(there, part), |field| (*field).to_owned())),
            });
        }
        if !is_known && (N::PREFIX.is_empty() || service.is_of_longer_prefix(name, N::PREFIX)) {
            continue;
        }
        match put(tree, &path, &variable.value) {
            Ok(()) => {
                all.insert(path, (name.to_owned(), variable.origin.clone()));
            }
            Err(message) if is_known => {
                let problem = Problem::new(key::<N>(&path), Some(variable.origin.clone()), message);
                problems.push(problem.variable(Some(name.to_owned())));
            }
            Err(_) => {}
        }
    }
    all
}

/// What a part of a variable's name is called where no field is known by it: as a file calls it, or in small letters.
fn key_of(there: Option<&Value>, part: &str) -> String {
    let known = there.and_then(Value::as_object).and_then(|map| map.keys().find(|key| plain(key) == plain(part)));
    known.map_or_else(|| part.to_lowercase(), Clone::clone)
}

/// `max_size`, `maxSize` and `MAX_SIZE` are one.
fn plain(name: &str) -> String {
    name.replace(['_', '-'], "").to_lowercase()
}

fn segments(path: &str) -> Vec<Segment> {
    let segment = |step: &str| step.parse().map_or_else(|_| Segment::Key(step.to_owned()), Segment::Index);
    keys(path).map(segment).collect()
}

fn name_of<N: Namespace>() -> &'static str {
    if N::NAME.is_empty() { N::TYPE } else { N::NAME }
}

/// What a place of a namespace is called.
fn key<N: Namespace>(path: &[Segment]) -> String {
    joined(N::NAME, &dotted(path))
}

/// What look-ups see of a value, defaults included, if its type can be written; of secrets nothing.
pub(super) fn shown<N: Namespace>(value: &N) -> Value {
    N::SHOWN.and_then(|show| showing_no_secrets(|| show(value))).unwrap_or_default()
}

/// How problems are told.
struct Told<'a, N> {
    service: &'a ConfigService,
    variables: &'a Variables,
    fields: &'a Collected<N>,
    _namespace: std::marker::PhantomData<N>,
}

impl<N: Namespace> Told<'_, N> {
    fn fault(&self, fault: &Fault) -> Problem {
        let text = match fault.kind {
            FaultKind::Unknown => "is not known",
            FaultKind::Missing | FaultKind::Mistyped | FaultKind::Custom => &fault.text,
        };
        self.problem(&fault.path, text)
    }

    fn problem(&self, path: &[Segment], message: impl Into<String>) -> Problem {
        let key = key::<N>(path);
        // The variable is the place itself, or holds it.
        let set = (0..=path.len()).rev().find_map(|end| self.variables.get(&path[..end]));
        let (variable, origin) = match set {
            Some((name, origin)) => (Some(name.clone()), Some(origin.clone())),
            None => match self.service.custom.origin(&key) {
                Some(origin) => (None, Some(origin.clone())),
                None => (Some(self.variable(path)), None),
            },
        };
        let key = if key.is_empty() { N::TYPE.to_owned() } else { key };
        Problem::new(key, origin, message).variable(variable)
    }

    /// What the variable would be called that sets this.
    fn variable(&self, path: &[Segment]) -> String {
        let part = |(depth, segment): (usize, &Segment)| match segment {
            Segment::Index(index) => index.to_string(),
            Segment::Key(key) => {
                let field = self.fields.fields(&path[..depth]).is_some_and(|fields| fields.contains(&key.as_str()));
                if field { screaming(key) } else { key.to_uppercase() }
            }
        };
        format!("{}{}", N::PREFIX, path.iter().enumerate().map(part).collect::<Vec<_>>().join("__"))
    }
}

/// `MAX_SIZE` of `maxSize` and `max-size`.
pub(crate) fn screaming(name: &str) -> String {
    let mut out = String::new();
    let mut after_lower = false;
    for c in name.chars() {
        if c.is_uppercase() && after_lower {
            out.push('_');
        }
        after_lower = c.is_lowercase() || c.is_ascii_digit();
        out.extend(if c == '-' { '_' } else { c }.to_uppercase());
    }
    out
}
