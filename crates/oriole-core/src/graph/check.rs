//! The check, as a constant runs it.

use super::collect::{add_enhancer, collect, enhance, identify};
use super::life::spread;
use super::order::{order_modules, order_slots};
use super::paths::{Located, path_of, place_modules};
use super::report::Report;
use super::resolve::{index_bindings, index_exports, index_open, resolve_needs};
use super::storage::{Graph, Sizes, lend};
use crate::descriptor::ModuleDescriptor;

/// What most applications need.
const SMALL: Sizes = Sizes {
    modules: 128,
    imports: 2048,
    slots: 1024,
    bindings: 1024,
    needs: 4096,
    exports: 2048,
    chain: 4096,
    enhancers: 1024,
    open: 128,
};

/// Beyond this the check is left to the boot, which measures first and has no bound.
const LARGE: Sizes = Sizes {
    modules: 4096,
    imports: 1 << 17,
    slots: 1 << 14,
    bindings: 1 << 14,
    needs: 1 << 16,
    exports: 1 << 15,
    chain: 1 << 17,
    enhancers: 1 << 14,
    open: 1 << 12,
};

macro_rules! zeros {
    ($type:ty, $len:expr) => {
        &mut [<$type>::MIN; $len]
    };
}
macro_rules! none {
    ($len:expr) => {
        &mut [None; $len]
    };
}

/// Checks the graph below `root` in a constant and adds each problem to `report`.
///
/// Gives the controllers of the application, as many as `controllers` holds, so that a transport can check its entries.
/// A token whose type no macro has seen is skipped here and checked at boot. An application of more than 4,096 modules,
/// 16,384 providers, 65,536 needs, 131,072 imports, 131,072 exports (what modules pass on counted for each) or 4,096 tokens of
/// dynamic modules is checked at boot only.
///
/// Call it in a constant; at run time [`Plan::of`](super::Plan::of) knows more and needs no large stack.
pub const fn check(
    root: &'static ModuleDescriptor,
    report: &mut Report<'_>,
    controllers: &mut [Option<Located>],
) -> usize {
    match check_small(root, report, controllers) {
        Some(count) => count,
        None => match check_large(root, report, controllers) {
            Some(count) => count,
            None => 0,
        },
    }
}

const fn check_small(
    root: &'static ModuleDescriptor,
    report: &mut Report<'_>,
    controllers: &mut [Option<Located>],
) -> Option<usize> {
    lend!(SMALL, zeros, none, |graph| examine_known(&mut graph, root, report, controllers))
}

const fn check_large(
    root: &'static ModuleDescriptor,
    report: &mut Report<'_>,
    controllers: &mut [Option<Located>],
) -> Option<usize> {
    lend!(LARGE, zeros, none, |graph| examine_known(&mut graph, root, report, controllers))
}

const fn examine_known(
    graph: &mut Graph<'_, '_>,
    root: &'static ModuleDescriptor,
    report: &mut Report<'_>,
    controllers: &mut [Option<Located>],
) -> Option<usize> {
    if !collect(graph, root) {
        return None;
    }
    identify!(graph, |token| match token.key {
        Some(key) => key.value(),
        None => 0,
    });
    let before = report.mark();
    if !index(graph, report) {
        report.rewind(before);
        return None;
    }
    enhance!(graph, |token| match token.key {
        Some(key) => key.value(),
        None => 0,
    });
    examine(graph, report);
    let mut count = 0;
    let mut module = 0;
    while module < graph.used.modules as u32 {
        let node = graph.node(module);
        let mut i = 0;
        while i < node.controllers() && count < controllers.len() {
            controllers[count] = Some(Located { controller: node.controller(i), path: path_of(graph, module) });
            count += 1;
            i += 1;
        }
        module += 1;
    }
    Some(count)
}

/// Who provides and who exports what, on a graph whose tokens have their numbers. `false` if the exports did not fit: what
/// the report says then is worth nothing.
pub(super) const fn index(graph: &mut Graph<'_, '_>, report: &mut Report<'_>) -> bool {
    index_bindings(graph, report);
    index_open(graph);
    index_exports(graph, report);
    !graph.overflow
}

/// Every other rule, on a graph that is complete.
pub(super) const fn examine(graph: &mut Graph<'_, '_>, report: &mut Report<'_>) {
    resolve_needs(graph, report);
    place_modules(graph, report);
    order_modules(graph, report);
    order_slots(graph, report);
    spread(graph, report);
}
