//! The check, as the boot runs it, and what the container builds by.

use super::check::examine;
use super::collect::{collect, identify};
use super::report::Report;
use super::storage::{Graph, Sizes, lend};
use crate::descriptor::{ControllerDescriptor, ModuleDescriptor, ProviderDescriptor};
use crate::token::TokenDescriptor;
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
    tokens: HashMap<(TypeId, Option<&'static str>), Served>,
    problems: String,
    count: usize,
}

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
            let examined = examine(graph, &mut report);
            debug_assert!(collected && examined, "the graph was measured before");
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
                    providers: (from..controllers).collect(),
                    controllers: (controllers..own).collect(),
                    own,
                }
            })
            .collect();
        let mut tokens = HashMap::new();
        for (binding, &slot) in graph.binding.iter().zip(&*graph.binding_slot).take(graph.used.bindings) {
            let Some(binding) = binding else { continue };
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
    pub fn controllers(&self) -> impl Iterator<Item = &'static ControllerDescriptor> {
        self.modules.iter().flat_map(|module| module.descriptor.controllers).copied()
    }

    /// Where a token leads, whichever module provides it; of several the first that is reached from the root.
    #[must_use]
    pub fn find(&self, token: &TokenDescriptor) -> Option<Served> {
        self.tokens.get(&(token.type_id, token.qualifier)).copied()
    }
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
