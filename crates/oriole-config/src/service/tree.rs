//! What files and factories say, with the place where each value was said.

use crate::Origin;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A tree of values, and where each comes from.
#[derive(Default)]
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
        for key in path.split('.').filter(|key| !key.is_empty()) {
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
        for key in path.split('.').filter(|key| !key.is_empty()) {
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
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                merge(map.entry(key).or_insert(Value::Null), value, &path, origin, origins);
            }
        }
        value => {
            let below = format!("{path}.");
            origins.retain(|known, _| !known.starts_with(&below));
            origins.insert(path.to_owned(), origin.clone());
            *at = value;
        }
    }
}
