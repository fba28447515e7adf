//! One namespace out of all that was read.

use super::Namespace;
use crate::service::Found;
use crate::{ConfigService, Env, Origin, Problem};
use oriole_collect::{Collected, Fault, FaultKind, How, Segment, collect, dotted};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Where variables stand within the namespace, and what they are called.
type Variables = BTreeMap<Vec<Segment>, (String, Origin)>;

/// Reads a namespace: its part of files and factories, and over it the variables that begin with its prefix.
pub(crate) fn read<N: Namespace>(service: &ConfigService) -> Result<N, Vec<Problem>> {
    if let Some(load) = N::LOAD {
        return match load(&service.env) {
            Ok(value) => rules(&value).map_or(Ok(value), Err),
            Err(error) => Err(vec![Problem::new(name_of::<N>(), Some(Origin::Factory), format!("failed: {error}"))]),
        };
    }
    let how = How { from_text: true, forbid_unknown: false, faults_max: service.problems_max };
    // What its fields are called is known when it has been read once, though from nothing.
    let fields = collect::<N>(&Value::Object(Map::new()), how);
    let mut tree = service.custom.at(N::NAME).map_or_else(|| Value::Object(Map::new()), Found::into_value);
    let variables = overlay::<N>(&mut tree, &service.env, service.skip_process_env, &fields);
    let collected = collect::<N>(&tree, how);
    let told = Told::<N> { service, variables, fields: &fields, _namespace: std::marker::PhantomData };
    let mut problems: Vec<_> = collected.faults.iter().map(|fault| told.fault(fault)).collect();
    if let (Some(value), Some(rules)) = (&collected.value, N::RULES) {
        for (path, message) in rules(value) {
            let mut path = segments(&path);
            collected.rename(&mut path);
            if !collected.is_faulty(&path) && problems.len() < service.problems_max {
                problems.push(told.problem(&path, message));
            }
        }
    }
    match collected.value {
        Some(value) if problems.is_empty() => Ok(value),
        _ => Err(problems),
    }
}

/// The rules that what was made by hand breaks.
fn rules<N: Namespace>(value: &N) -> Option<Vec<Problem>> {
    let broken = N::RULES?(value);
    let key = |path: &str| [N::NAME, path].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
    let problems = broken.iter().map(|(path, message)| Problem::new(key(path), Some(Origin::Factory), message));
    let problems: Vec<_> = problems.collect();
    (!problems.is_empty()).then_some(problems)
}

/// Puts variables into their places. Those without a field of their own go where their name says, so that a type that refuses
/// what it does not know is heard; at the top, where every variable begins with nothing, they are left out.
fn overlay<N: Namespace>(tree: &mut Value, env: &Env, skip_process: bool, fields: &Collected<N>) -> Variables {
    let mut all = Variables::new();
    let of_files;
    let env = if skip_process {
        of_files = env.without_process();
        &of_files
    } else {
        env
    };
    for name in env.names() {
        let Some(rest) = name.strip_prefix(N::PREFIX).filter(|rest| !rest.is_empty()) else { continue };
        let Some(variable) = env.variable(name) else { continue };
        let mut path = Vec::new();
        let mut known = true;
        for part in rest.split("__") {
            let field = fields.fields(&path).and_then(|fields| fields.iter().find(|field| plain(field) == plain(part)));
            known &= field.is_some() || !path.is_empty();
            path.push(Segment::Key(field.map_or_else(|| part.to_lowercase(), |field| (*field).to_owned())));
        }
        if (known || !N::PREFIX.is_empty()) && put(tree, &path, &variable.value) {
            all.insert(path, (name.to_owned(), variable.origin.clone()));
        }
    }
    all
}

/// `max_size`, `maxSize` and `MAX_SIZE` are one.
fn plain(name: &str) -> String {
    name.replace(['_', '-'], "").to_lowercase()
}

/// Puts a text into an object; `false` if something else is on the way.
fn put(tree: &mut Value, path: &[Segment], text: &str) -> bool {
    let Some((Segment::Key(key), rest)) = path.split_first() else { return false };
    let Value::Object(map) = tree else { return false };
    if rest.is_empty() {
        map.insert(key.clone(), Value::String(text.to_owned()));
        return true;
    }
    put(map.entry(key.clone()).or_insert_with(|| Value::Object(Map::new())), rest, text)
}

fn segments(path: &str) -> Vec<Segment> {
    let segment = |step: &str| step.parse().map_or_else(|_| Segment::Key(step.to_owned()), Segment::Index);
    path.split('.').filter(|step| !step.is_empty()).map(segment).collect()
}

fn name_of<N: Namespace>() -> &'static str {
    if N::NAME.is_empty() { N::TYPE } else { N::NAME }
}

/// How problems are told.
struct Told<'a, N> {
    service: &'a ConfigService,
    variables: Variables,
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
        let inner = dotted(path);
        let key = [N::NAME, &inner].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
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
