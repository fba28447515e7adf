//! The loop: read, note the fault, put a stand-in, read again.

use super::error::{Cause, ReadError};
use super::node::Node;
use super::params::PathRoot;
use super::path::{Link, Segment, dotted};
use super::stand_in::TRIES_MAX;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

/// Values that may be looked at before no further fault is searched for; it bounds what a hostile body costs.
const VALUES_MAX: usize = 100_000;

/// Structs of which the order of the fields is kept; what is wrong in others is told after the rest, with Rust's names.
pub(crate) const STRUCTS_MAX: usize = 10_000;

/// How a tree is read.
#[derive(Clone, Copy, Debug)]
pub struct How {
    /// All values are texts (a query, a form, a path, an environment), and numbers are parsed from them.
    pub from_text: bool,
    /// Properties that the type ignores are faults.
    pub forbid_unknown: bool,
    /// Beyond so many faults the search ends.
    pub faults_max: usize,
}

/// What was found.
#[derive(Debug)]
pub struct Collected<T> {
    /// The value; with stand-ins where the faults are, and `None` where there is no stand-in for one.
    pub value: Option<T>,
    /// In the order of the fields' declaration.
    pub faults: Vec<Fault>,
    order: Order,
}

/// One place, and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where it is; empty for the whole.
    pub path: Vec<Segment>,
    /// What follows the path in a message, such as `must be a string`.
    pub text: String,
    /// What kind of fault it is.
    pub kind: FaultKind,
}

/// What kind of fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// There is no value.
    Missing,
    /// The type has no such property.
    Unknown,
    /// The value is of another type.
    Mistyped,
    /// The text is the type's own.
    Custom,
}

impl Fault {
    /// `address.city must be a string`, `address.property zip should not exist`.
    #[must_use]
    pub fn message(&self) -> String {
        let Some((last, parent)) = self.path.split_last() else { return self.text.clone() };
        if self.kind != FaultKind::Unknown {
            return format!("{} {}", dotted(&self.path), self.text);
        }
        let text = format!("property {} should not exist", dotted(std::slice::from_ref(last)));
        if parent.is_empty() { text } else { format!("{}.{text}", dotted(parent)) }
    }
}

/// The fields of each struct, as they were declared.
pub(crate) type Order = BTreeMap<Vec<Segment>, &'static [&'static str]>;

/// What the nodes of all readings share.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) from_text: bool,
    /// How many properties that the type ignores are noted.
    pub(crate) ignored_max: usize,
    /// Where stand-ins are, and how many were tried before.
    pub(crate) stand_ins: BTreeMap<Vec<Segment>, usize>,
    /// Properties that are left out since their struct refuses them.
    pub(crate) dropped: BTreeSet<Vec<Segment>>,
    pub(crate) visited: Cell<usize>,
    pub(crate) seen: RefCell<Seen>,
}

#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) ignored: BTreeSet<Vec<Segment>>,
    pub(crate) order: Order,
    /// What was asked for at the places of stand-ins.
    pub(crate) asked: BTreeMap<Vec<Segment>, String>,
}

/// Reads a value from the parameters of a path, in their order: a struct, a tuple, or the only one itself.
#[must_use]
pub fn collect_path<T: DeserializeOwned>(tree: &Value, names: &[String], how: How) -> Collected<T> {
    read(how, |state| T::deserialize(PathRoot::new(Node::root(tree, &Link::ROOT, state), tree, names)))
}

/// Reads a value, and every fault of it that can be found within the bounds.
#[must_use]
pub fn collect<T: DeserializeOwned>(tree: &Value, how: How) -> Collected<T> {
    read(how, |state| T::deserialize(Node::root(tree, &Link::ROOT, state)))
}

fn read<T>(how: How, attempt: impl Fn(&State) -> Result<T, ReadError>) -> Collected<T> {
    let mut state = State {
        from_text: how.from_text,
        ignored_max: if how.forbid_unknown { how.faults_max } else { 0 },
        stand_ins: BTreeMap::new(),
        dropped: BTreeSet::new(),
        visited: Cell::new(0),
        seen: RefCell::default(),
    };
    let mut faults = Vec::new();
    let value = loop {
        match attempt(&state) {
            Ok(value) => break Some(value),
            Err(error) => {
                let goes_on = state.note(error, &mut faults);
                if faults.len() > how.faults_max {
                    faults.pop();
                    break None;
                }
                if !goes_on || state.visited.get() > VALUES_MAX {
                    break None;
                }
            }
        }
    };
    let Seen { ignored, order, asked } = state.seen.into_inner();
    for fault in &mut faults {
        if fault.kind == FaultKind::Missing && fault.text.is_empty() {
            fault.text = asked.get(&fault.path).map_or("should not be null or undefined", String::as_str).to_owned();
        }
    }
    if how.forbid_unknown {
        let unknown = ignored.into_iter().map(|path| Fault { path, text: String::new(), kind: FaultKind::Unknown });
        faults.extend(unknown);
    }
    let mut collected = Collected { value, faults, order };
    let mut faults = std::mem::take(&mut collected.faults);
    faults.sort_by_cached_key(|fault| collected.rank(&fault.path));
    faults.truncate(how.faults_max);
    collected.faults = faults;
    collected
}

impl State {
    /// Takes a fault down and puts a stand-in; `false` if there is nothing more to try.
    fn note(&mut self, error: ReadError, faults: &mut Vec<Fault>) -> bool {
        let mut path = error.path.unwrap_or_default();
        let (kind, text) = match error.cause {
            Cause::Missing(field) => {
                path.push(Segment::Key(field.to_owned()));
                (FaultKind::Missing, String::new())
            }
            Cause::Unknown(field) => {
                path.push(Segment::Key(field));
                (FaultKind::Unknown, String::new())
            }
            Cause::Text(text) => (FaultKind::Mistyped, text),
            Cause::Custom(text) => (FaultKind::Custom, text),
        };
        if kind == FaultKind::Unknown {
            faults.push(Fault { path: path.clone(), text, kind });
            return self.dropped.insert(path);
        }
        let is_known = (0..=path.len()).any(|end| self.stand_ins.contains_key(&path[..end]));
        if is_known {
            if let Some(fault) = faults.iter_mut().find(|fault| fault.path == path && fault.text.is_empty())
                && !self.seen.borrow().asked.contains_key(&path)
            {
                (fault.kind, fault.text) = (kind, text);
            }
            let tries = self.stand_ins.entry(path).or_insert(0);
            *tries += 1;
            return *tries < TRIES_MAX;
        }
        faults.push(Fault { path: path.clone(), text, kind });
        let has_place = !path.is_empty();
        self.stand_ins.insert(path, 0);
        has_place
    }
}

impl<T> Collected<T> {
    /// A value that has no faults.
    #[must_use]
    pub fn sound(value: T) -> Self {
        Self { value: Some(value), faults: Vec::new(), order: Order::new() }
    }

    /// The fields of the struct at a place, as serde calls them and in the order of their declaration.
    #[must_use]
    pub fn fields(&self, path: &[Segment]) -> Option<&'static [&'static str]> {
        self.order.get(path).copied()
    }

    /// What sorts paths by the declaration of the fields; what is not declared comes last.
    #[must_use]
    pub fn rank(&self, path: &[Segment]) -> Vec<usize> {
        let rank = |(depth, segment): (usize, &Segment)| match segment {
            Segment::Index(index) => *index,
            Segment::Key(key) => self
                .order
                .get(&path[..depth])
                .and_then(|fields| fields.iter().position(|field| field == key))
                .unwrap_or(usize::MAX),
        };
        path.iter().enumerate().map(rank).collect()
    }

    #[cfg(test)]
    pub(crate) fn structs(&self) -> usize {
        self.order.len()
    }

    /// Whether the value was read without a look at its fields.
    #[must_use]
    pub fn is_unseen(&self) -> bool {
        self.order.is_empty()
    }

    /// Gives a path of Rust's names those of serde: `nick_names` may be `nickNames` or `nick-names`.
    pub fn rename(&self, path: &mut [Segment]) {
        let plain = |name: &str| name.replace(['_', '-'], "").to_lowercase();
        for depth in 0..path.len() {
            let (before, after) = path.split_at_mut(depth);
            if let Segment::Key(key) = &mut after[0]
                && let Some(fields) = self.order.get(before)
                && !fields.contains(&key.as_str())
                && let Some(field) = fields.iter().find(|field| plain(field) == plain(key))
            {
                *key = (*field).to_owned();
            }
        }
    }

    /// Whether a place is one of a fault, or below one.
    #[must_use]
    pub fn is_faulty(&self, path: &[Segment]) -> bool {
        self.faults.iter().any(|fault| fault.kind != FaultKind::Unknown && path.starts_with(&fault.path))
    }
}
