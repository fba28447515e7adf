//! What comes before what, and the cycles in which nothing does.
//!
//! The walk is iterative: the call stack of a constant holds 128 frames.

use super::report::Report;
use super::say;
use super::storage::Graph;

const NEW: u32 = 0;
const OPEN: u32 = 1;
const DONE: u32 = 2;

/// What the walk in depth goes over.
#[derive(Clone, Copy)]
enum Nodes {
    /// Modules along their imports.
    Modules,
    /// Slots along their needs.
    Slots,
}

/// Orders modules, those that are imported first; global modules before all others (`LCE.8`). A cycle is a problem.
pub(super) const fn order_modules(graph: &mut Graph<'_, '_>, report: &mut Report<'_>) {
    clear(graph.mark, graph.used.modules);
    let mut done = 0;
    let mut module = 0;
    while module < graph.used.modules as u32 {
        if graph.node(module).global {
            done = walk(graph, report, Nodes::Modules, module, done);
        }
        module += 1;
    }
    // The root is number 0; only what is loaded later is not reached from it.
    let mut module = 0;
    while done < graph.used.modules {
        done = walk(graph, report, Nodes::Modules, module, done);
        module += 1;
    }
}

/// Orders slots, those that are needed first, module after module. A cycle is a problem.
pub(super) const fn order_slots(graph: &mut Graph<'_, '_>, report: &mut Report<'_>) {
    clear(graph.mark, graph.used.slots);
    let mut done = 0;
    let mut i = 0;
    while i < graph.used.modules {
        let module = graph.module_order[i] as usize;
        let mut slot = graph.slot_from[module];
        while slot < graph.slot_from[module + 1] {
            done = walk(graph, report, Nodes::Slots, slot, done);
            slot += 1;
        }
        i += 1;
    }
    // Enhancers stand behind the last module.
    let mut slot = graph.slot_from[graph.used.modules];
    while slot < graph.used.slots as u32 {
        done = walk(graph, report, Nodes::Slots, slot, done);
        slot += 1;
    }
}

/// Goes in depth from `start` and puts each node behind all that it leads to. Gives how many nodes are in order.
const fn walk(graph: &mut Graph<'_, '_>, report: &mut Report<'_>, nodes: Nodes, start: u32, mut done: usize) -> usize {
    if graph.mark[start as usize] != NEW {
        return done;
    }
    let mut depth = 0;
    push(graph, nodes, &mut depth, start);
    while depth > 0 {
        let node = graph.stack[depth - 1];
        let next = graph.progress[depth - 1];
        if next == edges_from(graph, nodes, node + 1) {
            graph.mark[node as usize] = DONE;
            match nodes {
                Nodes::Modules => graph.module_order[done] = node,
                Nodes::Slots => graph.slot_order[done] = node,
            }
            done += 1;
            depth -= 1;
            continue;
        }
        graph.progress[depth - 1] += 1;
        let to = match nodes {
            Nodes::Modules => Some(graph.import_to[next as usize]),
            Nodes::Slots => graph.needed_first(node, next),
        };
        if let Some(to) = to {
            match (graph.mark[to as usize], nodes) {
                (NEW, _) => push(graph, nodes, &mut depth, to),
                (OPEN, Nodes::Modules) => say::import_cycle(report, graph, depth, to),
                (OPEN, Nodes::Slots) => say::provider_cycle(report, graph, depth, to),
                _ => {}
            }
        }
    }
    done
}

/// The number of a node's first edge.
const fn edges_from(graph: &Graph<'_, '_>, nodes: Nodes, node: u32) -> u32 {
    match nodes {
        Nodes::Modules => graph.import_from[node as usize],
        Nodes::Slots => graph.need_from[node as usize],
    }
}

const fn push(graph: &mut Graph<'_, '_>, nodes: Nodes, depth: &mut usize, node: u32) {
    graph.mark[node as usize] = OPEN;
    graph.stack[*depth] = node;
    graph.progress[*depth] = edges_from(graph, nodes, node);
    *depth += 1;
}

const fn clear(marks: &mut [u32], len: usize) {
    let mut i = 0;
    while i < len {
        marks[i] = NEW;
        i += 1;
    }
}
