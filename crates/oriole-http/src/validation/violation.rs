//! What is wrong with a value, place by place.

use crate::collect::{Collected, Fault, Segment, Tree, dotted};
use serde_json::Value;
use std::collections::BTreeMap;

/// One rule that one value broke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    path: Vec<Segment>,
    message: String,
    text: String,
    value: Option<Value>,
}

impl Violation {
    /// Where the value stands: `address.city`, `items.0.name`; empty for the whole.
    #[must_use]
    pub fn path(&self) -> String {
        dotted(&self.path)
    }

    /// What is wrong, without the place: `must be an email`.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What a client reads: `email must be an email`.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the client sent there; none unless the options
    /// [expose values](super::ValidationOptions::expose_values), and where it sent nothing.
    #[must_use]
    pub fn value(&self) -> Option<&Value> {
        self.value.as_ref()
    }

    fn renamed<T>(mut self, names: &Collected<T>) -> Self {
        names.rename(&mut self.path);
        self.text = text(&self.path(), &self.message);
        self
    }
}

/// All that is wrong with one value.
///
/// An exception factory receives it; rules that are written by hand add to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// How many are kept: rules that all items of a hostile array break must not fill the memory.
    pub const MAX: usize = 10_000;

    /// Adds one; beyond [`MAX`](Self::MAX) it does nothing. The path is the names and indices that lead to the value, with
    /// dots between; the message goes on after it.
    pub fn add(&mut self, path: &str, message: impl Into<String>) {
        if self.0.len() >= Self::MAX {
            return;
        }
        let message = message.into();
        let text = text(path, &message);
        let segment = |step: &str| step.parse().map_or_else(|_| Segment::Key(step.to_owned()), Segment::Index);
        let path = path.split('.').filter(|step| !step.is_empty()).map(segment).collect();
        self.0.push(Violation { path, message, text, value: None });
    }

    /// Of something that is no value at all.
    pub(super) fn of_whole(message: &str) -> Self {
        let mut violations = Self::default();
        violations.add("", message);
        violations
    }

    /// Notes what the client sent where each rule was broken.
    pub(super) fn expose(&mut self, tree: &Tree) {
        if let Some(root) = tree.value() {
            for violation in &mut self.0 {
                violation.value = at(&root, &violation.path).cloned();
            }
        }
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// One by one, in the order in which the fields are declared.
    pub fn iter(&self) -> impl Iterator<Item = &Violation> {
        self.0.iter()
    }

    /// The texts that a client reads.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        self.0.iter().map(|violation| violation.text.clone()).collect()
    }

    /// The messages by path, each with the last name of the path before it (`VAL.10`).
    #[must_use]
    pub fn grouped(&self) -> BTreeMap<String, Vec<String>> {
        let mut groups = BTreeMap::<_, Vec<_>>::new();
        for violation in &self.0 {
            let name = violation.path.last().map_or("", |last| match last {
                Segment::Key(name) => name,
                Segment::Index(_) => "",
            });
            let is_whole = violation.text.starts_with("property ") || violation.text.contains(".property ");
            let message = match (is_whole, name) {
                (true, _) | (_, "") => violation.message.clone(),
                (false, name) => format!("{name} {}", violation.message),
            };
            groups.entry(violation.path()).or_default().push(message);
        }
        groups
    }

    /// Puts what the reading found before what the rules found, and all of it in order.
    pub(super) fn with_faults<T>(self, collected: &Collected<T>, stops_at_first: bool, max: usize) -> Self {
        let faults = collected.faults.iter().map(of_fault);
        // What stands where a fault is was never the client's.
        let renamed = self.0.into_iter().map(|violation| violation.renamed(collected));
        let broken = renamed.filter(|violation| !collected.is_faulty(&violation.path));
        let mut all: Vec<_> = faults.chain(broken).collect();
        all.sort_by_cached_key(|violation| collected.rank(&violation.path));
        if stops_at_first {
            all.dedup_by(|later, first| later.path == first.path);
        }
        all.truncate(max);
        Self(all)
    }
}

fn at<'a>(root: &'a Value, path: &[Segment]) -> Option<&'a Value> {
    path.iter().try_fold(root, |value, segment| match segment {
        Segment::Key(key) => value.get(key),
        Segment::Index(index) => value.get(index),
    })
}

fn text(path: &str, message: &str) -> String {
    if path.is_empty() { message.to_owned() } else { format!("{path} {message}") }
}

fn of_fault(fault: &Fault) -> Violation {
    let text = fault.message();
    let message = match (fault.text.as_str(), fault.path.last()) {
        ("", Some(Segment::Key(key))) => format!("property {key} should not exist"),
        (text, _) => text.to_owned(),
    };
    Violation { path: fault.path.clone(), message, text, value: None }
}
