//! Who sees whom: own providers, then the exports of imported modules in their order, then those of global modules.

use super::collect::passed_on;
use super::report::Report;
use super::say;
use super::storage::{Graph, within};
use crate::descriptor::{ExportTarget, NeedKind};

/// Indexes every module's own bindings; two for one token in one module are a problem.
pub(super) const fn index_bindings(graph: &mut Graph<'_, '_>, report: &mut Report<'_>) {
    let mut i = 0;
    while i < graph.used.bindings {
        let id = graph.binding_id[i];
        let is_one = match graph.binding[i] {
            Some(binding) => !binding.token.many,
            None => false,
        };
        if id != 0
            && is_one
            && let Some(first) = graph.binding_table.insert(within(graph.binding_module[i], id), i as u32)
        {
            say::provided_twice(report, graph, first as usize, i);
        }
        i += 1;
    }
}

/// Indexes what modules declare and nothing supplies.
pub(super) const fn index_open(graph: &mut Graph<'_, '_>) {
    let (mut module, mut open) = (0, 0);
    while module < graph.used.modules as u32 {
        let dynamic = graph.module(module).dynamic;
        let mut i = 0;
        while i < dynamic.len() {
            let id = graph.open_id[open];
            if id != 0 && graph.binding_table.find(within(module, id)).is_none() {
                graph.open_table.insert(within(module, id), i as u32);
            }
            open += 1;
            i += 1;
        }
        module += 1;
    }
}

/// Links every exported token to the modules that export it; an export of something not there is a problem.
pub(super) const fn index_exports(graph: &mut Graph<'_, '_>, report: &mut Report<'_>) {
    let mut module = 0;
    while module < graph.used.modules as u32 {
        let node = graph.node(module);
        let mut i = 0;
        while i < node.exports() {
            let export = node.export(i);
            let id = graph.export_id[graph.export_from[module as usize] as usize + i];
            let good = match &export.target {
                ExportTarget::Provider(_) => {
                    id == 0
                        || graph.binding_table.find(within(module, id)).is_some()
                        || graph.open_table.find(within(module, id)).is_some()
                }
                target @ ExportTarget::Module { key, .. } => {
                    let by_name = match passed_on(graph, target) {
                        Some(to) => graph.import_table.find(within(module, to as u128 + 1)).is_some(),
                        None => false,
                    };
                    by_name || next_call(graph, module, key.value(), 0).is_some()
                }
            };
            if !good {
                say::exports_nothing(report, graph, module, export);
            }
            i += 1;
        }
        module += 1;
    }
    let mut exporter = 0;
    while exporter < graph.used.modules as u32 && !graph.overflow {
        link_exports(graph, exporter);
        exporter += 1;
    }
}

/// All that one module exports, through the modules that it passes on.
const fn link_exports(graph: &mut Graph<'_, '_>, exporter: u32) {
    let seen = exporter + 1;
    let mut depth = 1;
    graph.stack[0] = exporter;
    graph.mark[exporter as usize] = seen;
    while depth > 0 {
        depth -= 1;
        let module = graph.stack[depth];
        let node = graph.node(module);
        let mut i = 0;
        while i < node.exports() {
            let target = &node.export(i).target;
            let id = graph.export_id[graph.export_from[module as usize] as usize + i];
            if id != 0 {
                if let Some(binding) = graph.binding_table.find(within(module, id)) {
                    link(graph, id, exporter, binding);
                }
            } else if let Some(next) = passed_on(graph, target)
                && graph.import_table.find(within(module, next as u128 + 1)).is_some()
                && graph.mark[next as usize] != seen
            {
                graph.mark[next as usize] = seen;
                graph.stack[depth] = next;
                depth += 1;
            }
            if let ExportTarget::Module { key, .. } = target {
                let mut position = 0;
                while let Some(found) = next_call(graph, module, key.value(), position) {
                    let next = graph.import_to[(graph.import_from[module as usize] + found) as usize];
                    if graph.mark[next as usize] != seen {
                        graph.mark[next as usize] = seen;
                        graph.stack[depth] = next;
                        depth += 1;
                    }
                    position = found + 1;
                }
            }
            i += 1;
        }
    }
}

/// The next import of a module by a call, from a position on, that gives a module of this key.
const fn next_call(graph: &Graph<'_, '_>, module: u32, key: u128, position: u32) -> Option<u32> {
    if !graph.calls {
        return None;
    }
    let (from, to) = (graph.import_from[module as usize], graph.import_from[module as usize + 1]);
    let mut at = from + position;
    while at < to {
        let node = graph.node(graph.import_to[at as usize]);
        if node.origin.is_some() && node.key.value() == key {
            return Some(at - from);
        }
        at += 1;
    }
    None
}

const fn link(graph: &mut Graph<'_, '_>, id: u128, exporter: u32, binding: u32) {
    let at = graph.used.chain;
    if at == graph.chain_module.len() {
        graph.overflow = true;
        return;
    }
    graph.chain_module[at] = exporter;
    graph.chain_binding[at] = binding;
    // Links are numbered from 1, so that 0 ends a chain.
    graph.chain_next[at] = match graph.chain_table.replace(id, at as u32 + 1) {
        Some(next) => next,
        None => 0,
    };
    graph.used.chain += 1;
}

/// Finds a binding for every need; a need without one is a problem unless it is optional.
pub(super) const fn resolve_needs(graph: &mut Graph<'_, '_>, report: &mut Report<'_>) {
    let mut slot = 0;
    while slot < graph.used.slots as u32 {
        let needs = graph.provider(slot).needs;
        let module = graph.slot_module[slot as usize];
        let mut i = 0;
        while i < needs.len() {
            let need = graph.need_from[slot as usize] as usize + i;
            let id = graph.need_id[need];
            if id != 0 && matches!(needs[i].kind, NeedKind::Provider | NeedKind::Late) {
                match find(graph, module, id) {
                    Some(binding) => graph.need_to[need] = binding + 1,
                    None if needs[i].optional => {}
                    None => say::missing(report, graph, slot, &needs[i], id),
                }
            }
            i += 1;
        }
        slot += 1;
    }
}

/// The binding that a token leads to, seen from a module.
pub(super) const fn find(graph: &Graph<'_, '_>, module: u32, id: u128) -> Option<u32> {
    if let Some(own) = graph.binding_table.find(within(module, id)) {
        return Some(own);
    }
    let Some(mut link) = graph.chain_table.find(id) else { return None };
    let mut best = u32::MAX;
    let mut found = None;
    while link != 0 {
        let at = link as usize - 1;
        let exporter = graph.chain_module[at];
        let rank = match graph.import_table.find(within(module, exporter as u128 + 1)) {
            Some(position) => position,
            // Behind every import; of several global modules the first that is reached from the root.
            None if graph.node(exporter).global => (u32::MAX >> 1) + exporter,
            None => u32::MAX,
        };
        if rank < best {
            best = rank;
            found = Some(graph.chain_binding[at]);
        }
        link = graph.chain_next[at];
    }
    found
}
