//! What files and factories say, with the place where each value was said.

use crate::Origin;
use crate::dotted::{joined, keys};
use oriole_collect::{Segment, dotted};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A tree of values, and where each comes from.
#[derive(Clone, Default)]
pub(crate) struct Tree {
    pub(crate) value: Value,
    /// By dotted path, for values that are no objects.
    origins: BTreeMap<String, Origin>,
}

/// A part of a tree.
#[derive(Clone, Copy)]
pub(crate) struct Found<'a>(pub(crate) &'a Value);

impl Found<'_> {
    pub(crate) fn into_value(self) -> Value {
        self.0.clone()
    }
}

impl Tree {
    pub(crate) fn new() -> Self {
        Self { value: Value::Object(Map::new()), origins: BTreeMap::new() }
    }

    /// Puts a tree over this one, at a dotted path; objects are merged, everything else is replaced.
    pub(crate) fn merge(&mut self, path: &str, value: Value, origin: &Origin) {
        let mut at = &mut self.value;
        for key in keys(path) {
            if !at.is_object() {
                *at = Value::Object(Map::new());
            }
            let Value::Object(map) = at else { return };
            at = map.entry(key).or_insert_with(|| Value::Object(Map::new()));
        }
        merge(at, value, path, origin, &mut self.origins);
    }

    /// What is at a dotted path; everything at the empty one.
    pub(crate) fn at(&self, path: &str) -> Option<Found<'_>> {
        let mut at = &self.value;
        for key in keys(path) {
            at = match at {
                Value::Object(map) => map.get(key)?,
                Value::Array(items) => items.get(key.parse::<usize>().ok()?)?,
                _ => return None,
            };
        }
        Some(Found(at))
    }

    /// Where the value at a path comes from, or what holds it.
    pub(crate) fn origin(&self, path: &str) -> Option<&Origin> {
        let mut path = path;
        loop {
            if let Some(origin) = self.origins.get(path) {
                return Some(origin);
            }
            path = path.rsplit_once('.')?.0;
        }
    }

    /// Puts the text of a variable over what is at a path.
    pub(crate) fn put(&mut self, path: &[Segment], text: &str, origin: &Origin) {
        if put(&mut self.value, path, text).is_ok() {
            replaced(&dotted(path), origin, &mut self.origins);
        }
    }

    /// Puts a tree under what is at a path: values that are not there yet.
    pub(crate) fn fill(&mut self, path: &str, value: Value) {
        let under = keys(path).collect::<Vec<_>>().into_iter().rev();
        let value = under.fold(value, |value, key| Value::Object(Map::from_iter([(key.to_owned(), value)])));
        fill(&mut self.value, value);
    }

    /// Every place that has a value, with its origin.
    pub(crate) fn origins(&self) -> impl Iterator<Item = (&str, &Origin)> {
        self.origins.iter().map(|(path, origin)| (path.as_str(), origin))
    }
}

fn merge(at: &mut Value, value: Value, path: &str, origin: &Origin, origins: &mut BTreeMap<String, Origin>) {
    match value {
        Value::Object(entries) => {
            if !at.is_object() {
                origins.remove(path);
                *at = Value::Object(Map::new());
            }
            let Value::Object(map) = at else { return };
            for (key, value) in entries {
                let path = joined(path, &key);
                merge(map.entry(key).or_insert(Value::Null), value, &path, origin, origins);
            }
        }
        value => {
            replaced(path, origin, origins);
            *at = value;
        }
    }
}

fn fill(at: &mut Value, value: Value) {
    match (at, value) {
        (Value::Object(map), Value::Object(entries)) => {
            for (key, value) in entries.into_iter().filter(|(_, value)| !value.is_null()) {
                fill(map.entry(key).or_insert(Value::Null), value);
            }
        }
        (at @ Value::Null, value) => *at = value,
        _ => {}
    }
}

/// Notes where the value at a path comes from; nothing is below it any more.
fn replaced(path: &str, origin: &Origin, origins: &mut BTreeMap<String, Origin>) {
    let below = format!("{path}.");
    origins.retain(|known, _| !known.starts_with(&below));
    origins.insert(path.to_owned(), origin.clone());
}

/// Puts a text into a tree; `Err` if something on the way has no parts, or is a list without such a place.
pub(crate) fn put(at: &mut Value, path: &[Segment], text: &str) -> Result<(), &'static str> {
    let Some((step, rest)) = path.split_first() else {
        *at = Value::String(text.to_owned());
        return Ok(());
    };
    if at.is_null() {
        *at = Value::Object(Map::new());
    }
    match (step, at) {
        (Segment::Key(key), Value::Object(map)) => put(map.entry(key).or_insert(Value::Null), rest, text),
        (Segment::Index(index), Value::Array(items)) if *index <= items.len() => {
            if *index == items.len() {
                items.push(Value::Null);
            }
            put(&mut items[*index], rest, text)
        }
        (_, Value::Array(_)) => Err("is no place of the list that is there: they go on from 0 without a gap"),
        _ => Err("is a part of something that has a value and no parts"),
    }
}

/// What is at a path.
pub(crate) fn at<'v>(tree: &'v Value, path: &[Segment]) -> Option<&'v Value> {
    path.iter().try_fold(tree, |at, step| match step {
        Segment::Key(key) => at.get(key),
        Segment::Index(index) => at.get(index),
    })
}
