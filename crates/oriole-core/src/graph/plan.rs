//! The check, as the boot runs it, and what the container builds by.

use super::check::{examine, index};
use super::collect::{add_enhancer, collect, enhance, identify};
use super::paths::{Located, path_of};
use super::report::Report;
use super::storage::{Graph, Sizes, lend};
use crate::descriptor::{ModuleDescriptor, ProviderDescriptor};
use crate::token::{Key, TokenDescriptor};
use std::any::TypeId;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

/// The whole graph of an application, resolved: which slot serves which need, and what is built before what.
#[derive(Debug)]
pub struct Plan {
    root: &'static ModuleDescriptor,
    modules: Vec<PlannedModule>,
    slots: Vec<PlannedSlot>,
    order: Vec<usize>,
    tokens: HashMap<Identity, Served>,
    many: HashMap<Identity, Vec<Served>>,
    enhancers: HashMap<(Key, Identity), usize>,
    problems: String,
    count: usize,
}

/// What tells tokens apart at run time.
type Identity = (TypeId, Option<&'static str>);

/// One module of the plan; modules stand in the order in which they are initialised.
#[derive(Debug)]
pub struct PlannedModule {
    /// What its macro said.
    pub descriptor: &'static ModuleDescriptor,
    /// The slots of its providers.
    pub providers: Vec<usize>,
    /// The slots of its controllers, in the order of `descriptor.controllers`.
    pub controllers: Vec<usize>,
    /// The slot of its own instance.
    pub own: usize,
    /// What stands before the path of everything that it serves.
    pub path: &'static str,
}

/// Place for one instance.
#[derive(Debug)]
pub struct PlannedSlot {
    /// How the instance is made.
    pub provider: &'static ProviderDescriptor,
    /// The module that it belongs to.
    pub module: &'static ModuleDescriptor,
    /// For each need, the slot that serves it and how its instance is turned into the token's.
    pub needs: Vec<Option<Served>>,
}

/// A slot, and how its instance is turned into what a token stands for.
pub type Served = (usize, Option<fn(crate::Instance) -> crate::Instance>);

macro_rules! zeros {
    ($type:ty, $len:expr) => {
        &mut vec![0 as $type; $len]
    };
}
macro_rules! none {
    ($len:expr) => {
        &mut vec![None; $len]
    };
}

impl Plan {
    /// Resolves the graph below `root`. Problems do not stop it; [`problem_count`](Self::problem_count) tells.
    #[must_use]
    pub fn of(root: &'static ModuleDescriptor) -> Self {
        let sizes = measure(root);
        let mut bytes = vec![0; 1 << 18];
        let mut report = Report::new(&mut bytes);
        lend!(sizes, zeros, none, |graph| {
            let collected = collect(&mut graph, root);
            // A random state, so that nobody can construct two tokens of one number.
            let state = RandomState::new();
            let pair = RandomState::new();
            identify!(graph, |token| identity(token, &state, &pair));
            let graph = &mut graph;
            let indexed = index(graph, &mut report);
            debug_assert!(collected && indexed, "the graph was measured before");
            enhance!(graph, |token| identity(token, &state, &pair));
            examine(graph, &mut report);
            Self::from_graph(graph, root, &report)
        })
    }

    fn from_graph(graph: &Graph<'_>, root: &'static ModuleDescriptor, report: &Report<'_>) -> Self {
        let slots: Vec<_> = (0..graph.used.slots)
            .map(|slot| PlannedSlot {
                provider: graph.provider(slot as u32),
                module: graph.module(graph.slot_module[slot]),
                needs: (graph.need_from[slot] as usize..graph.need_from[slot + 1] as usize)
                    .map(|need| {
                        let binding = (graph.need_to[need] as usize).checked_sub(1)?;
                        Some((graph.binding_slot[binding] as usize, graph.binding[binding]?.convert))
                    })
                    .collect(),
            })
            .collect();
        let first_enhancer = graph.slot_from[graph.used.modules] as usize;
        let enhancers_of =
            |module| (first_enhancer..graph.used.slots).filter(move |&slot| graph.slot_module[slot] == module);
        let modules: Vec<_> = graph.module_order[..graph.used.modules]
            .iter()
            .map(|&module| {
                let descriptor = graph.module(module);
                let (from, to) =
                    (graph.slot_from[module as usize] as usize, graph.slot_from[module as usize + 1] as usize);
                let own = to - 1;
                let controllers = own - descriptor.controllers.len();
                PlannedModule {
                    descriptor,
                    providers: (from..controllers).chain(enhancers_of(module)).collect(),
                    controllers: (controllers..own).collect(),
                    own,
                    path: path_of(graph, module),
                }
            })
            .collect();
        let mut tokens = HashMap::new();
        for (binding, &slot) in graph.binding.iter().zip(&*graph.binding_slot).take(graph.used.bindings) {
            let Some(binding) = binding else { continue };
            if binding.token.many {
                continue;
            }
            tokens.entry((binding.token.type_id, binding.token.qualifier)).or_insert((slot as usize, binding.convert));
        }
        let mut out = vec![0; (1 << 18) + 1024];
        let problems = report.text(root.name, &mut out).to_owned();
        Self {
            root,
            modules,
            slots,
            order: graph.slot_order[..graph.used.slots].iter().map(|&slot| slot as usize).collect(),
            tokens,
            many: many(graph, root),
            enhancers: enhancers(graph),
            problems,
            count: report.problems(),
        }
    }
}

impl Plan {
    /// The module that the graph was walked from.
    #[must_use]
    pub fn root(&self) -> &'static ModuleDescriptor {
        self.root
    }

    /// How many problems the graph has.
    #[must_use]
    pub fn problem_count(&self) -> usize {
        self.count
    }

    /// Every problem, in the words that the compiler would use.
    #[must_use]
    pub fn problems(&self) -> &str {
        &self.problems
    }

    /// The modules, those that are imported first, global ones before all others.
    #[must_use]
    pub fn modules(&self) -> &[PlannedModule] {
        &self.modules
    }

    /// The modules in the order in which Nest scans them: importers before what they import, in depth from the root.
    #[must_use]
    pub fn scanned(&self) -> Vec<&'static ModuleDescriptor> {
        scanned(self.root)
    }

    /// The slots; others refer to them by index.
    #[must_use]
    pub fn slots(&self) -> &[PlannedSlot] {
        &self.slots
    }

    /// The slots' indices, those that are needed first.
    #[must_use]
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// The controllers, in the order of [`modules`](Self::modules), for the transport's own check.
    pub fn controllers(&self) -> impl Iterator<Item = Located> {
        self.modules.iter().flat_map(|module| {
            let located = |&controller| Located { controller, path: module.path };
            module.descriptor.controllers.iter().map(located)
        })
    }

    /// Where a token leads, whichever module provides it; of several the first that is reached from the root.
    #[must_use]
    pub fn find(&self, token: &TokenDescriptor) -> Option<Served> {
        self.tokens.get(&(token.type_id, token.qualifier)).copied()
    }

    /// Everything that a token leads to which may be provided many times; the root's first.
    #[must_use]
    pub fn find_all(&self, token: &TokenDescriptor) -> &[Served] {
        self.many.get(&(token.type_id, token.qualifier)).map_or(&[], Vec::as_slice)
    }

    /// The slot of an enhancer of one of a module's controllers.
    #[must_use]
    pub fn enhancer(&self, module: &ModuleDescriptor, enhancer: &ProviderDescriptor) -> Option<usize> {
        self.enhancers.get(&(module.key, (enhancer.token.type_id, enhancer.token.qualifier))).copied()
    }
}

/// Every token that may be provided many times, with what provides it: modules from the root in depth, importers before
/// what they import, as Nest scans them.
fn many(graph: &Graph<'_>, root: &'static ModuleDescriptor) -> HashMap<Identity, Vec<Served>> {
    let rank: HashMap<_, _> = scanned(root).into_iter().enumerate().map(|(at, module)| (module.key, at)).collect();
    let mut bindings: Vec<_> = (0..graph.used.bindings).collect();
    bindings.sort_by_key(|&at| rank.get(&graph.module(graph.binding_module[at]).key));
    let mut many: HashMap<_, Vec<_>> = HashMap::new();
    for at in bindings {
        if let Some(binding) = graph.binding[at]
            && binding.token.many
        {
            let served = (graph.binding_slot[at] as usize, binding.convert);
            many.entry((binding.token.type_id, binding.token.qualifier)).or_default().push(served);
        }
    }
    many
}

/// Every module once, importers before what they import, in depth.
fn scanned(root: &'static ModuleDescriptor) -> Vec<&'static ModuleDescriptor> {
    let (mut all, mut seen, mut stack) = (Vec::new(), HashSet::new(), vec![root]);
    while let Some(module) = stack.pop() {
        if seen.insert(module.key) {
            all.push(module);
            stack.extend(module.imports.iter().rev().map(|import| import.module));
        }
    }
    all
}

/// The slot of each enhancer, by its module and token.
fn enhancers(graph: &Graph<'_>) -> HashMap<(Key, Identity), usize> {
    let modules = (0..graph.used.modules as u32).map(|module| graph.module(module));
    let each = modules.flat_map(|module| {
        let all = module.controllers.iter().flat_map(|controller| controller.enhancers);
        all.map(|enhancer| (module.key, (enhancer.token.type_id, enhancer.token.qualifier)))
    });
    each.zip(graph.enhancer_slot.iter().map(|&slot| slot as usize)).collect()
}

/// The number of a token at run time.
fn identity(token: &TokenDescriptor, high: &RandomState, low: &RandomState) -> u128 {
    let token = (token.type_id, token.qualifier);
    (u128::from(high.hash_one(token)) << 64) | u128::from(low.hash_one(token)) | 1
}

/// How much the arrays must hold.
fn measure(root: &'static ModuleDescriptor) -> Sizes {
    let mut sizes = Sizes::default();
    let mut seen = HashSet::from([root.key]);
    let mut modules = vec![root];
    let mut at = 0;
    while let Some(module) = modules.get(at).copied() {
        at += 1;
        sizes.modules += 1;
        sizes.imports += module.imports.len();
        sizes.bindings += module.providers.len();
        sizes.slots += module.providers.len() + module.controllers.len() + 1;
        for enhancer in module.controllers.iter().flat_map(|controller| controller.enhancers) {
            sizes.enhancers += 1;
            sizes.slots += 1;
            sizes.needs += enhancer.needs.len();
        }
        sizes.exports += module.exports.len();
        sizes.needs += module.providers.iter().map(|entry| entry.provider.needs.len()).sum::<usize>()
            + module.controllers.iter().map(|controller| controller.provider.needs.len()).sum::<usize>()
            + module.own.needs.len();
        for import in module.imports {
            if seen.insert(import.module.key) {
                modules.push(import.module);
            }
        }
    }
    sizes.chain = measure_exports(&modules);
    sizes
}

/// How many tokens all modules export, those that they pass on included.
fn measure_exports(modules: &[&'static ModuleDescriptor]) -> usize {
    let by_key: HashMap<_, _> = modules.iter().map(|module| (module.key, *module)).collect();
    let mut count = 0;
    for &module in modules {
        let mut seen = HashSet::from([module.key]);
        let mut stack = vec![module];
        while let Some(module) = stack.pop() {
            for export in module.exports {
                match export.target {
                    crate::ExportTarget::Provider(_) => count += 1,
                    crate::ExportTarget::Module { key, .. } => {
                        if let Some(next) = by_key.get(&key)
                            && seen.insert(key)
                        {
                            stack.push(next);
                        }
                    }
                }
            }
        }
    }
    count
}
