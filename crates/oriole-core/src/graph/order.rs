//! What comes before what, and the cycles in which nothing does.
//!
//! The walks are iterative: the call stack of a constant holds 128 frames.

use super::report::Report;
use super::say;
use super::storage::Graph;

const NEW: u32 = 0;
const OPEN: u32 = 1;
const DONE: u32 = 2;

/// Orders modules, those that are imported first; global modules before all others (`LCE.8`). A cycle is a problem.
pub(super) const fn order_modules(graph: &mut Graph<'_>, report: &mut Report<'_>) {
    clear(graph.mark, graph.used.modules);
    let mut done = 0;
    let mut module = 0;
    while module < graph.used.modules as u32 {
        if graph.module(module).global {
            done = modules_from(graph, report, module, done);
        }
        module += 1;
    }
    // Every module is reached from the root, which is number 0.
    modules_from(graph, report, 0, done);
}

const fn modules_from(graph: &mut Graph<'_>, report: &mut Report<'_>, start: u32, mut done: usize) -> usize {
    if graph.mark[start as usize] != NEW {
        return done;
    }
    let mut depth = 0;
    push(graph, &mut depth, start, graph.import_from[start as usize]);
    while depth > 0 {
        let module = graph.stack[depth - 1] as usize;
        let next = graph.progress[depth - 1] as usize;
        if next == graph.import_from[module + 1] as usize {
            graph.mark[module] = DONE;
            graph.module_order[done] = module as u32;
            done += 1;
            depth -= 1;
            continue;
        }
        graph.progress[depth - 1] += 1;
        let to = graph.import_to[next];
        match graph.mark[to as usize] {
            NEW => push(graph, &mut depth, to, graph.import_from[to as usize]),
            OPEN => say::import_cycle(report, graph, depth, to),
            _ => {}
        }
    }
    done
}

/// Orders slots, those that are needed first. A cycle is a problem.
pub(super) const fn order_slots(graph: &mut Graph<'_>, report: &mut Report<'_>) {
    clear(graph.mark, graph.used.slots);
    let mut done = 0;
    let mut i = 0;
    while i < graph.used.modules {
        let module = graph.module_order[i] as usize;
        let mut slot = graph.slot_from[module];
        while slot < graph.slot_from[module + 1] {
            done = slots_from(graph, report, slot, done);
            slot += 1;
        }
        i += 1;
    }
    // Enhancers stand behind the last module.
    let mut slot = graph.slot_from[graph.used.modules];
    while slot < graph.used.slots as u32 {
        done = slots_from(graph, report, slot, done);
        slot += 1;
    }
}

const fn slots_from(graph: &mut Graph<'_>, report: &mut Report<'_>, start: u32, mut done: usize) -> usize {
    if graph.mark[start as usize] != NEW {
        return done;
    }
    let mut depth = 0;
    push(graph, &mut depth, start, graph.need_from[start as usize]);
    while depth > 0 {
        let slot = graph.stack[depth - 1] as usize;
        let next = graph.progress[depth - 1] as usize;
        if next == graph.need_from[slot + 1] as usize {
            graph.mark[slot] = DONE;
            graph.slot_order[done] = slot as u32;
            done += 1;
            depth -= 1;
            continue;
        }
        graph.progress[depth - 1] += 1;
        if let Some(to) = graph.served_by(next) {
            match graph.mark[to as usize] {
                NEW => push(graph, &mut depth, to, graph.need_from[to as usize]),
                OPEN => say::provider_cycle(report, graph, depth, to),
                _ => {}
            }
        }
    }
    done
}

const fn push(graph: &mut Graph<'_>, depth: &mut usize, node: u32, first: u32) {
    graph.mark[node as usize] = OPEN;
    graph.stack[*depth] = node;
    graph.progress[*depth] = first;
    *depth += 1;
}

const fn clear(marks: &mut [u32], len: usize) {
    let mut i = 0;
    while i < len {
        marks[i] = NEW;
        i += 1;
    }
}
