//! All patterns at once.

use std::collections::HashMap;

use super::Pattern;
use super::parsed::Segment;

/// Finds the values whose patterns match a topic, without looking at the others.
///
/// Patterns are a tree of segments. A topic goes down from the root: at each node to the child of its segment and to that of a
/// parameter. A pattern has [`Pattern::PARAMETERS_MAX`] parameters at most, so of the paths that can be taken there are never
/// more than ways to choose so few of [`Pattern::SEGMENTS_MAX`] segments, whatever patterns there are.
#[derive(Debug)]
pub(crate) struct PatternIndex<T> {
    root: Node<T>,
}

#[derive(Debug)]
struct Node<T> {
    exact: HashMap<Box<str>, Node<T>>,
    one: Option<Box<Node<T>>>,
    /// What ends with a star here.
    rest: Vec<T>,
    /// What ends here.
    ends: Vec<T>,
}

impl<T> Default for PatternIndex<T> {
    fn default() -> Self {
        Self { root: Node::default() }
    }
}

impl<T> Default for Node<T> {
    fn default() -> Self {
        Self { exact: HashMap::new(), one: None, rest: Vec::new(), ends: Vec::new() }
    }
}

impl<T> PatternIndex<T> {
    pub(crate) fn is_empty(&self) -> bool {
        self.root.is_empty()
    }

    pub(crate) fn insert(&mut self, pattern: &Pattern, value: T) {
        let mut node = &mut self.root;
        for segment in pattern.segments() {
            node = match segment {
                Segment::Exact(text) => node.exact.entry(text.into()).or_default(),
                Segment::One => node.one.get_or_insert_default(),
                Segment::Rest => {
                    node.rest.push(value);
                    return;
                }
            };
        }
        node.ends.push(value);
    }

    /// Gives each value.
    pub(crate) fn for_each<'a>(&'a self, mut found: impl FnMut(&'a T)) {
        let mut open = vec![&self.root];
        while let Some(node) = open.pop() {
            node.rest.iter().chain(&node.ends).for_each(&mut found);
            open.extend(node.exact.values());
            open.extend(node.one.as_deref());
        }
    }

    /// Takes out what is no longer wanted of a pattern, and the nodes that nothing needs then.
    pub(crate) fn remove(&mut self, pattern: &Pattern, keeps: impl Fn(&T) -> bool) {
        let segments: Vec<_> = pattern.segments().collect();
        self.root.remove(&segments, &keeps);
    }

    /// Gives each value whose pattern matches; tells how many nodes were looked at.
    pub(crate) fn visit<'a>(&'a self, topic: &str, mut found: impl FnMut(&'a T)) -> usize {
        // One more than a pattern can have: nothing but stars matches a topic that goes on.
        let segments: Vec<_> = topic.splitn(Pattern::SEGMENTS_MAX + 1, '/').collect();
        let mut steps = 0;
        let mut open = vec![(&self.root, 0)];
        while let Some((node, at)) = open.pop() {
            steps += 1;
            let Some(segment) = segments.get(at) else {
                node.ends.iter().for_each(&mut found);
                continue;
            };
            node.rest.iter().for_each(&mut found);
            if let Some(next) = node.exact.get(*segment) {
                open.push((next, at + 1));
            }
            if let Some(next) = node.one.as_ref().filter(|_| !segment.is_empty()) {
                open.push((next, at + 1));
            }
        }
        steps
    }
}

impl<T> Node<T> {
    fn is_empty(&self) -> bool {
        self.exact.is_empty() && self.one.is_none() && self.rest.is_empty() && self.ends.is_empty()
    }

    /// As deep as a pattern has segments.
    fn remove(&mut self, segments: &[Segment<'_>], keeps: &impl Fn(&T) -> bool) {
        match segments {
            [] => self.ends.retain(keeps),
            [Segment::Rest, ..] => self.rest.retain(keeps),
            [Segment::One, left @ ..] => {
                if let Some(next) = &mut self.one {
                    next.remove(left, keeps);
                    self.one.take_if(|next| next.is_empty());
                }
            }
            [Segment::Exact(text), left @ ..] => {
                if let Some(next) = self.exact.get_mut(*text) {
                    next.remove(left, keeps);
                    if next.is_empty() {
                        self.exact.remove(*text);
                    }
                }
            }
        }
    }
}
