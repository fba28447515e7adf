//! From the arrays of the check to what the container builds by.

use super::expand::Expanded;
use super::paths::path_of;
use super::plan::{Identity, Plan, PlannedModule, PlannedSlot, Served, TEXT_BYTES_MAX, identity};
use super::report::Report;
use super::storage::Graph;
use crate::descriptor::{Build, ModuleDescriptor};
use std::collections::HashMap;

impl Plan {
    /// What was found, and every problem.
    pub(super) fn from_graph(
        graph: &Graph<'_, '_>,
        expanded: &Expanded,
        root: &'static ModuleDescriptor,
        report: &Report<'_>,
    ) -> Self {
        let mut slots: Vec<_> = (0..graph.used.slots)
            .map(|slot| PlannedSlot {
                provider: graph.provider(slot as u32),
                module: graph.module(graph.slot_module[slot]),
                module_index: graph.slot_module[slot] as usize,
                needs: (graph.need_from[slot] as usize..graph.need_from[slot + 1] as usize)
                    .map(|need| {
                        let binding = (graph.need_to[need] as usize).checked_sub(1)?;
                        Some((graph.binding_slot[binding] as usize, graph.binding[binding]?.convert))
                    })
                    .collect(),
                given: None,
                life: graph.slot_life[slot],
            })
            .collect();
        give(graph, expanded, &mut slots);
        let mut modules: Vec<_> = (0..graph.used.modules).map(|module| planned(graph, module)).collect();
        for enhancer in graph.slot_from[graph.used.modules] as usize..graph.used.slots {
            modules[graph.slot_module[enhancer] as usize].providers.push(enhancer);
        }
        let mut tokens = HashMap::new();
        for (binding, &slot) in graph.binding.iter().zip(&*graph.binding_slot).take(graph.used.bindings) {
            let Some(binding) = binding else { continue };
            if binding.token.many {
                continue;
            }
            tokens.entry(identity(&binding.token)).or_insert((slot as usize, binding.convert));
        }
        let mut out = vec![0; TEXT_BYTES_MAX + 1024];
        let problems = report.text(root.name, &mut out).to_owned();
        let ordered = |order: &[u32], count: usize| order[..count].iter().map(|&index| index as usize).collect();
        Self {
            root,
            modules,
            module_order: ordered(graph.module_order, graph.used.modules),
            slots,
            order: ordered(graph.slot_order, graph.used.slots),
            tokens,
            scanned: {
                let mut scanned = scanned(graph);
                scanned.sort_by_key(|&module| !graph.node(module as u32).global);
                scanned
            },
            many: many(graph),
            enhancers: enhancers(graph),
            first_enhancer: graph.slot_from[graph.used.modules] as usize,
            expanded: Expanded::default(),
            problems,
            count: report.problems(),
        }
    }
}

fn planned(graph: &Graph<'_, '_>, module: usize) -> PlannedModule {
    let node = graph.node(module as u32);
    let (from, to) = (graph.slot_from[module] as usize, graph.slot_from[module + 1] as usize);
    let own = to - 1;
    let controllers = own - node.controllers();
    PlannedModule {
        descriptor: node.module,
        index: module,
        providers: (from..controllers).collect(),
        controllers: (0..node.controllers()).map(|at| (node.controller(at), controllers + at)).collect(),
        own,
        key: node.key,
        path: path_of(graph, module as u32),
        tokens: (graph.binding_from[module] as usize..graph.binding_from[module + 1] as usize)
            .filter_map(|at| {
                let binding = graph.binding[at]?;
                Some((identity(&binding.token), (graph.binding_slot[at] as usize, binding.convert)))
            })
            .collect(),
        imports: (graph.import_from[module] as usize..graph.import_from[module + 1] as usize)
            .map(|at| graph.import_to[at] as usize)
            .collect(),
        exports: (0..node.exports()).map(|at| node.export(at).target).collect(),
        global: node.global,
    }
}

/// Hands the values of dynamic imports, and of tests, to their slots.
fn give(graph: &Graph<'_, '_>, expanded: &Expanded, slots: &mut [PlannedSlot]) {
    for (module, node) in expanded.nodes.iter().enumerate() {
        let Some(parts) = &node.parts else { continue };
        let first = graph.binding_from[module] as usize + node.module.providers.len();
        for (at, value) in parts.parts().values.iter().enumerate() {
            let slot = &mut slots[graph.binding_slot[first + at] as usize];
            // A test may have put something else there.
            if identity(&slot.provider.token) == identity(&parts.parts().bindings[at].provider.token) {
                slot.given.clone_from(value);
            }
        }
    }
    for (module, replaced) in expanded.nodes.iter().map(|node| &node.replaced).enumerate() {
        let values = replaced.iter().flat_map(|replaced| &replaced.values);
        for (binding, value) in (graph.binding_from[module] as usize..).zip(values).filter(|(_, value)| value.is_some())
        {
            slots[graph.binding_slot[binding] as usize].given.clone_from(value);
        }
    }
    let enhancers = slots.iter_mut().skip(graph.slot_from[graph.used.modules] as usize);
    for slot in enhancers.filter(|slot| matches!(slot.provider.build, Build::Given)) {
        slot.given = expanded.overrides.value_around(&slot.provider.token);
    }
}

/// Every token that may be provided many times, with what provides it: modules from the root in depth, importers before
/// what they import, as Nest scans them.
fn many(graph: &Graph<'_, '_>) -> HashMap<Identity, Vec<Served>> {
    let mut rank = vec![usize::MAX; graph.used.modules];
    for (at, module) in scanned(graph).into_iter().enumerate() {
        rank[module] = at;
    }
    let mut bindings: Vec<_> = (0..graph.used.bindings).collect();
    bindings.sort_by_key(|&at| rank[graph.binding_module[at] as usize]);
    let mut many: HashMap<_, Vec<_>> = HashMap::new();
    for at in bindings {
        if let Some(binding) = graph.binding[at]
            && binding.token.many
        {
            let served = (graph.binding_slot[at] as usize, binding.convert);
            many.entry(identity(&binding.token)).or_default().push(served);
        }
    }
    many
}

/// Every module once, importers before what they import, in depth.
fn scanned(graph: &Graph<'_, '_>) -> Vec<usize> {
    let (mut all, mut seen, mut stack) = (Vec::new(), vec![false; graph.used.modules], vec![0]);
    while let Some(module) = stack.pop() {
        if !std::mem::replace(&mut seen[module], true) {
            all.push(module);
            let imports = graph.import_from[module] as usize..graph.import_from[module + 1] as usize;
            stack.extend(imports.rev().map(|import| graph.import_to[import] as usize));
        }
    }
    all
}

/// Where each enhancer leads, by its module and its token as it was written.
fn enhancers(graph: &Graph<'_, '_>) -> HashMap<(usize, Identity), Served> {
    let each = (0..graph.used.modules).flat_map(|module| {
        let node = graph.node(module as u32);
        let all = (0..node.controllers()).flat_map(move |at| {
            let converts = node.replaced.map(|replaced| &replaced.converts[at]);
            let convert = move |index: usize| converts.and_then(|converts| converts[index]);
            node.controller(at).enhancers.iter().enumerate().map(move |(index, one)| (one, convert(index)))
        });
        all.map(move |(enhancer, convert)| ((module, identity(&enhancer.token)), convert))
    });
    each.zip(&*graph.enhancer_slot).map(|((key, convert), &slot)| (key, (slot as usize, convert))).collect()
}
