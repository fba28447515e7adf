//! The modules of an application at boot: every entry of `imports` that is a call is evaluated.

use super::node::{Node, Supplied};
use super::storage::{Graph, Sizes, within};
use crate::container::BootError;
use crate::descriptor::{ExportTarget, Location, MakeModule, ModuleDescriptor};
use crate::dynamic::ModuleParts;
use crate::overrides::{Overrides, Replaced};
use crate::token::Key;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Every module that can be reached, in the order in which a constant finds them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expanded {
    pub(crate) nodes: Vec<ExpandedNode>,
    /// What a test replaces; nothing, in an application.
    pub(crate) overrides: Arc<Overrides>,
    by_name: HashMap<Key, usize>,
    by_parts: HashMap<(Key, usize), usize>,
}

/// One module, and where its imports lead.
#[derive(Clone, Debug)]
pub(crate) struct ExpandedNode {
    pub(crate) module: &'static ModuleDescriptor,
    /// What it is imported as.
    key: Key,
    pub(crate) parts: Option<ModuleParts>,
    pub(crate) global: bool,
    origin: Option<(u32, u32)>,
    imports: Vec<usize>,
    pub(crate) replaced: Option<Replaced>,
}

/// One entry, wherever it was written.
struct Entry {
    module: &'static ModuleDescriptor,
    key: Key,
    global: bool,
    /// What a call gives, if it is one: at once, or when it is evaluated.
    parts: Option<ModuleParts>,
    make: Option<MakeModule>,
    at: Location,
}

impl Expanded {
    pub(crate) fn with_overrides(overrides: Overrides) -> Self {
        Self { overrides: Arc::new(overrides), ..Self::default() }
    }

    /// Adds everything that can be reached from `root`; evaluates calls in the order in which they are found.
    ///
    /// # Errors
    ///
    /// [`BootError::Import`] with the first call that fails.
    pub(crate) async fn add(&mut self, root: &'static ModuleDescriptor) -> Result<usize, BootError> {
        self.add_with(root, None).await
    }

    /// As [`add`](Self::add), with what a test supplies to the root itself.
    ///
    /// # Errors
    ///
    /// As [`add`](Self::add).
    pub(crate) async fn add_with(
        &mut self,
        root: &'static ModuleDescriptor,
        parts: Option<ModuleParts>,
    ) -> Result<usize, BootError> {
        let known = self.nodes.len();
        let mut at = known;
        let root = self.named(root, root.key);
        if parts.is_some() {
            self.nodes[root].parts = parts;
        }
        while at < self.nodes.len() {
            for (position, entry) in self.entries(at).into_iter().enumerate() {
                let to = match (entry.parts, entry.make) {
                    (None, None) => self.named(entry.module, entry.key),
                    (Some(parts), _) => self.made(entry.module, entry.key, parts, (at, position)),
                    (None, Some(make)) => match self.within_itself(at, position) {
                        Some(same) => same,
                        None => {
                            let parts = make().await.map_err(|source| BootError::Import {
                                import: entry.module.name,
                                module: self.nodes[at].module.name,
                                at: entry.at,
                                source,
                            })?;
                            self.made(entry.module, entry.key, parts, (at, position))
                        }
                    },
                };
                self.nodes[to].global |= entry.global;
                self.nodes[at].imports.push(to);
            }
            at += 1;
        }
        for at in known..self.nodes.len() {
            self.nodes[at].replaced = self.overrides.apply(&self.node(at));
        }
        Ok(root)
    }

    /// Adds a global module that the root imports: what a test supplies where nothing is provided.
    pub(crate) fn add_global(&mut self, module: &'static ModuleDescriptor, parts: ModuleParts) {
        let to = self.push(module, module.key, Some(parts), Some((0, self.nodes[0].imports.len() as u32)));
        self.nodes[to].global = true;
        self.nodes[0].imports.push(to);
    }

    /// How much the arrays must hold.
    pub(crate) fn sizes(&self) -> Sizes {
        let mut sizes = Sizes { modules: self.nodes.len(), ..Sizes::default() };
        for node in self.nodes() {
            sizes.bindings += node.bindings();
            sizes.slots += node.bindings() + node.controllers() + 1;
            sizes.exports += node.exports();
            sizes.open += node.module.dynamic.len();
            sizes.needs += (0..node.bindings()).map(|at| node.binding(at).provider.needs.len()).sum::<usize>();
            sizes.needs += node.module.own.needs.len();
            for at in 0..node.controllers() {
                let enhancers = node.enhancers(at);
                sizes.needs += node.controller(at).provider.needs.len();
                sizes.enhancers += enhancers.len();
                sizes.slots += enhancers.len();
                sizes.needs += enhancers.iter().map(|enhancer| enhancer.needs.len()).sum::<usize>();
            }
        }
        sizes.imports = self.nodes.iter().map(|node| node.imports.len()).sum();
        sizes.chain = self.exports();
        sizes
    }

    /// The modules as the graph holds them.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.nodes.len()).map(|at| self.node(at))
    }

    /// Fills the graph's modules and imports.
    pub(crate) fn fill<'g>(&'g self, graph: &mut Graph<'_, 'g>) {
        for (at, (node, expanded)) in self.nodes().zip(&self.nodes).enumerate() {
            graph.modules[at] = Some(node);
            if expanded.parts.is_none() {
                graph.module_table.insert(node.key.value(), at as u32);
            } else {
                graph.calls = true;
            }
            graph.import_from[at] = graph.used.imports as u32;
            for (position, &to) in expanded.imports.iter().enumerate() {
                graph.import_to[graph.used.imports] = to as u32;
                graph.import_table.insert(within(at as u32, to as u128 + 1), position as u32);
                graph.used.imports += 1;
            }
            graph.import_from[at + 1] = graph.used.imports as u32;
        }
        graph.used.modules = self.nodes.len();
    }

    fn entries(&self, at: usize) -> Vec<Entry> {
        let node = &self.nodes[at];
        let written = node.module.imports.iter().map(|import| Entry {
            module: import.module,
            key: import.module.key,
            global: import.global,
            parts: None,
            make: import.make,
            at: import.at,
        });
        let parts = node.parts.iter().flat_map(|parts| &parts.parts().imports).map(|import| Entry {
            module: import.module,
            key: import.module.key,
            global: false,
            parts: import.parts.clone(),
            make: None,
            at: import.at,
        });
        written.chain(parts).map(|entry| self.as_replaced(entry)).collect()
    }

    /// The entry, or what a test has put in its place.
    fn as_replaced(&self, entry: Entry) -> Entry {
        match self.overrides.instead_of(entry.key) {
            Some((module, parts)) => Entry { module, parts, make: None, ..entry },
            None => entry,
        }
    }

    /// As in a constant: the module that this very call has made already, on the way to itself.
    fn within_itself(&self, from: usize, position: usize) -> Option<usize> {
        let importer = self.nodes[from].key;
        let mut node = from;
        while let Some((origin, at)) = self.nodes[node].origin {
            if at as usize == position && self.nodes[origin as usize].key == importer {
                return Some(node);
            }
            node = origin as usize;
        }
        None
    }

    fn named(&mut self, module: &'static ModuleDescriptor, key: Key) -> usize {
        if let Some(&known) = self.by_name.get(&key) {
            return known;
        }
        self.by_name.insert(key, self.nodes.len());
        self.push(module, key, None, None)
    }

    fn made(
        &mut self,
        module: &'static ModuleDescriptor,
        key: Key,
        parts: ModuleParts,
        origin: (usize, usize),
    ) -> usize {
        let identity = (key, parts.identity());
        if let Some(&known) = self.by_parts.get(&identity) {
            return known;
        }
        self.by_parts.insert(identity, self.nodes.len());
        self.push(module, key, Some(parts), Some((origin.0 as u32, origin.1 as u32)))
    }

    fn push(
        &mut self,
        module: &'static ModuleDescriptor,
        key: Key,
        parts: Option<ModuleParts>,
        origin: Option<(u32, u32)>,
    ) -> usize {
        let (global, imports) = (module.global, Vec::new());
        self.nodes.push(ExpandedNode { module, key, parts, global, origin, imports, replaced: None });
        self.nodes.len() - 1
    }

    /// How many tokens all modules export, those that they pass on included.
    fn exports(&self) -> usize {
        let mut count = 0;
        for start in 0..self.nodes.len() {
            let mut seen = HashSet::from([start]);
            let mut stack = vec![start];
            while let Some(at) = stack.pop() {
                let node = self.node(at);
                for export in (0..node.exports()).map(|export| node.export(export)) {
                    let ExportTarget::Module { key, .. } = export.target else {
                        count += 1;
                        continue;
                    };
                    let passed_on = self.nodes[at].imports.iter().copied();
                    stack.extend(passed_on.filter(|&to| self.nodes[to].key == key && seen.insert(to)));
                }
            }
        }
        count
    }

    pub(crate) fn node(&self, at: usize) -> Node<'_> {
        let node = &self.nodes[at];
        let supplied = node.parts.as_ref().map_or(Supplied::Nothing, |parts| Supplied::Parts(parts.parts()));
        let replaced = node.replaced.as_ref();
        Node { module: node.module, key: node.key, global: node.global, supplied, origin: node.origin, replaced }
    }
}
