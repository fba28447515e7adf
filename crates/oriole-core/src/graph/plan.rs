//! The check, as the boot runs it, and what the container builds by.

use super::check::{examine, index};
use super::collect::{add_enhancer, collect_lists, enhance, identify};
use super::expand::Expanded;
use super::life::Life;
use super::paths::Located;
use super::report::Report;
use super::storage::lend;
use crate::container::BootError;
use crate::descriptor::{ControllerDescriptor, ExportTarget, Location, ModuleDescriptor, NeedKind, ProviderDescriptor};
use crate::dynamic::ModuleParts;
use crate::inject::Instance;
use crate::overrides::{Missing, Overrides};
use crate::token::{Key, TokenDescriptor};
use std::any::TypeId;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

/// The whole graph of an application, resolved: which slot serves which need, and what is built before what.
#[derive(Debug)]
pub struct Plan {
    pub(super) root: &'static ModuleDescriptor,
    pub(super) modules: Vec<PlannedModule>,
    pub(super) module_order: Vec<usize>,
    pub(super) slots: Vec<PlannedSlot>,
    pub(super) order: Vec<usize>,
    pub(super) tokens: HashMap<Identity, Served>,
    pub(super) scanned: Vec<usize>,
    pub(super) many: HashMap<Identity, Vec<Served>>,
    pub(super) enhancers: HashMap<(usize, Identity), Served>,
    /// The slots behind those of modules.
    pub(super) first_enhancer: usize,
    pub(super) expanded: Expanded,
    pub(super) problems: String,
    pub(super) count: usize,
}

/// What tells tokens apart at run time.
pub(crate) type Identity = (TypeId, Option<&'static str>);

/// One module of the plan. One that is imported by a call is there for each call.
#[derive(Debug)]
pub struct PlannedModule {
    /// What its macro said.
    pub descriptor: &'static ModuleDescriptor,
    /// Its number among all modules.
    pub index: usize,
    /// The slots of its providers.
    pub providers: Vec<usize>,
    /// Its controllers, with their slots.
    pub controllers: Vec<(&'static ControllerDescriptor, usize)>,
    /// The slot of its own instance.
    pub own: usize,
    /// What stands before the path of everything that it serves.
    pub path: &'static str,
    /// What it is imported as.
    pub(crate) key: Key,
    /// What it provides, by token.
    pub(crate) tokens: Vec<(Identity, Served)>,
    pub(crate) imports: Vec<usize>,
    pub(crate) exports: Vec<ExportTarget>,
    pub(crate) global: bool,
}

/// Place for one instance.
#[derive(Debug)]
pub struct PlannedSlot {
    /// How the instance is made.
    pub provider: &'static ProviderDescriptor,
    /// The module that it belongs to.
    pub module: &'static ModuleDescriptor,
    /// That module's number.
    pub module_index: usize,
    /// For each need, the slot that serves it and how its instance is turned into the token's.
    pub needs: Vec<Option<Served>>,
    /// The instance, if it came with a dynamic import.
    pub given: Option<Instance>,
    pub(crate) life: Life,
}

/// A slot, and how its instance is turned into what a token stands for.
pub type Served = (usize, Option<fn(crate::Instance) -> crate::Instance>);

macro_rules! zeros {
    ($type:ty, $len:expr) => {
        &mut vec![<$type>::MIN; $len]
    };
}
macro_rules! none {
    ($len:expr) => {
        &mut vec![None; $len]
    };
}

impl Plan {
    /// Evaluates the calls in `imports` and resolves the graph below `root`. Problems do not stop it;
    /// [`problem_count`](Self::problem_count) tells.
    ///
    /// # Errors
    ///
    /// [`BootError::Import`] if a call fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops what the calls made so far.
    pub async fn of(root: &'static ModuleDescriptor) -> Result<Self, BootError> {
        let mut expanded = Expanded::default();
        expanded.add(root).await?;
        Ok(Self::resolve(expanded, root))
    }

    /// As [`of`](Self::of), with what a test replaces, and what it adds to the root.
    ///
    /// # Errors
    ///
    /// As [`of`](Self::of).
    ///
    /// # Cancel safety
    ///
    /// As for [`of`](Self::of).
    pub async fn overridden(
        root: &'static ModuleDescriptor,
        parts: Option<ModuleParts>,
        overrides: Overrides,
    ) -> Result<Self, BootError> {
        let mut expanded = Expanded::with_overrides(overrides);
        expanded.add_with(root, parts).await?;
        Ok(Self::with_mocks(expanded, root))
    }

    /// Resolves a graph whose modules are known; where nothing meets a need, a test may have a stand-in.
    pub(crate) fn with_mocks(mut expanded: Expanded, root: &'static ModuleDescriptor) -> Self {
        let overrides = Arc::clone(&expanded.overrides);
        if overrides.has_mocker() {
            let plan = Self::resolve(expanded, root);
            let mocks = overrides.mock(plan.missing());
            expanded = plan.expanded;
            if let Some(parts) = ModuleParts::of_mocks(mocks) {
                expanded.add_global(&MOCKS, parts);
            }
        }
        Self::resolve(expanded, root)
    }

    /// The needs that nothing meets.
    fn missing(&self) -> impl Iterator<Item = Missing> {
        self.slots.iter().flat_map(|slot| {
            let needs = slot.provider.needs.iter().zip(&slot.needs);
            let unmet = needs
                .filter(|(need, served)| served.is_none() && matches!(need.kind, NeedKind::Provider | NeedKind::Late));
            unmet.map(|(need, _)| Missing::new(need, slot.provider.token.name, slot.module.name))
        })
    }

    /// Resolves a graph whose modules are known.
    fn resolve(expanded: Expanded, root: &'static ModuleDescriptor) -> Self {
        let sizes = expanded.sizes();
        let mut bytes = vec![0; TEXT_BYTES_MAX];
        let mut report = Report::new(&mut bytes);
        let mut plan = lend!(sizes, zeros, none, |graph| {
            let graph = &mut graph;
            expanded.fill(graph);
            let collected = collect_lists(graph);
            // A random state, so that nobody can construct two tokens of one number.
            let state = RandomState::new();
            let pair = RandomState::new();
            identify!(graph, |token| number(token, &state, &pair));
            let indexed = index(graph, &mut report);
            debug_assert!(collected && indexed, "the graph was measured before");
            enhance!(graph, |token| number(token, &state, &pair));
            examine(graph, &mut report);
            // What is loaded later has none of its own.
            if !expanded.overrides.is_empty() && root.key == expanded.node(0).module.key {
                let nodes: Vec<_> = expanded.nodes().collect();
                expanded.overrides.report_unused(&nodes, root.name, &mut report);
            }
            Self::from_graph(graph, &expanded, root, &report)
        });
        plan.expanded = expanded;
        plan
    }
}

pub(super) const TEXT_BYTES_MAX: usize = 1 << 18;

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
    pub fn modules(&self) -> impl DoubleEndedIterator<Item = &PlannedModule> + ExactSizeIterator {
        self.module_order.iter().map(|&module| &self.modules[module])
    }

    /// The modules in the order in which Nest configures them: global ones first, then importers before what they import, in
    /// depth from the root.
    pub fn scanned(&self) -> impl Iterator<Item = &PlannedModule> {
        self.scanned.iter().map(|&module| &self.modules[module])
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

    /// Which slots have one instance for the whole application: singletons, and what enhancers and `APP_` tokens name.
    pub(crate) fn kept(&self) -> Vec<bool> {
        let mut kept: Vec<_> = self.slots.iter().map(|slot| slot.life.is_singleton()).collect();
        let named = self.enhancers.values().map(|(slot, _)| *slot);
        for slot in named.chain(self.many.values().flatten().map(|(slot, _)| *slot)) {
            kept[slot] = !self.slots[slot].life.is_bound();
        }
        kept
    }

    /// The controllers, in the order of [`modules`](Self::modules), for the transport's own check.
    pub fn controllers(&self) -> impl Iterator<Item = Located> {
        self.modules().flat_map(|module| {
            let located = |&(controller, _): &_| Located { controller, path: module.path };
            module.controllers.iter().map(located)
        })
    }

    /// Where a token leads, whichever module provides it; of several the first that is reached from the root.
    #[must_use]
    pub fn find(&self, token: &TokenDescriptor) -> Option<Served> {
        self.tokens.get(&identity(token)).copied()
    }

    /// Everything that a token leads to which may be provided many times; the root's first.
    #[must_use]
    pub fn find_all(&self, token: &TokenDescriptor) -> &[Served] {
        self.many.get(&identity(token)).map_or(&[], Vec::as_slice)
    }

    /// Where an enhancer of one of a module's controllers leads.
    #[must_use]
    pub fn enhancer(&self, module: &PlannedModule, enhancer: &ProviderDescriptor) -> Option<Served> {
        self.enhancers.get(&(module.index, identity(&enhancer.token))).copied()
    }
}

/// Provides what a test supplies where nothing else does.
static MOCKS: ModuleDescriptor = ModuleDescriptor::new(
    Key::of(concat!(module_path!(), "::MOCKS")),
    "what the test supplies",
    Location { file: file!(), line: line!(), column: column!() },
);

/// What tells a token apart.
pub(crate) fn identity(token: &TokenDescriptor) -> Identity {
    (token.type_id, token.qualifier)
}

/// The number of a token at run time.
fn number(token: &TokenDescriptor, high: &RandomState, low: &RandomState) -> u128 {
    let token = identity(token);
    (u128::from(high.hash_one(token)) << 64) | u128::from(low.hash_one(token)) | 1
}
