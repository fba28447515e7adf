//! The words for each problem, the same at compile time and at boot.

use super::report::Report;
use super::storage::{Graph, within};
use crate::descriptor::{Export, ExportTarget, ModuleDescriptor, NeedDescriptor, NeedKind};

/// `ORI001` and `ORI002`.
pub(super) const fn missing(
    report: &mut Report<'_>,
    graph: &Graph<'_, '_>,
    slot: u32,
    need: &NeedDescriptor,
    id: u128,
) {
    let module = graph.module(graph.slot_module[slot as usize]);
    if let Some(open) = open_in(graph, graph.slot_module[slot as usize], id) {
        return not_supplied(report, graph, slot, need, open);
    }
    let exporter = any_exporter(graph, id);
    let owner = any_owner(graph, id);
    let hidden = exporter.is_none() && owner.is_some();

    report.begin(if hidden { "ORI002" } else { "ORI001" });
    consumer(report, graph, slot);
    report.say(" needs ");
    report.name(need.token.name);
    match (exporter, owner) {
        (Some(exporter), _) => {
            report.say(", which ");
            report.name(graph.module(exporter).name);
            report.say(" exports, but ");
            report.name(module.name);
            report.say(" neither provides nor imports.");
        }
        (None, Some(owner)) => {
            report.say(", which ");
            report.name(graph.module(owner).name);
            report.say(" provides but does not export.");
        }
        (None, None) => {
            report.say(", which ");
            report.name(module.name);
            report.say(" neither provides nor imports.");
        }
    }
    at_need(report, need);
    match (exporter, owner) {
        (Some(exporter), _) => {
            report.say("add ");
            report.name(graph.module(exporter).name);
            list(report, "imports", module);
            report.say(".");
        }
        (None, Some(owner)) => {
            let owner_index = owner;
            let owner = graph.module(owner);
            report.say("add ");
            report.name(need.token.name);
            list(report, "exports", owner);
            let imported =
                graph.import_table.find(within(graph.slot_module[slot as usize], owner_index as u128 + 1)).is_some();
            if !imported {
                report.say(", and ");
                report.name(owner.name);
                list(report, "imports", module);
            }
            report.say(".");
        }
        (None, None) => {
            report.say("add it to the `providers` of ");
            report.name(module.name);
            report.say(" (");
            report.place(module.at);
            report.say("), or import a module that exports it.");
        }
    }
    report.end();
}

/// `ORI012`. Nothing supplies what `declarer` leaves to calls.
const fn not_supplied(report: &mut Report<'_>, graph: &Graph<'_, '_>, slot: u32, need: &NeedDescriptor, declarer: u32) {
    let node = graph.node(declarer);
    report.begin("ORI012");
    consumer(report, graph, slot);
    report.say(" needs ");
    report.name(need.token.name);
    match node.origin {
        None => {
            report.say(", which ");
            report.name(node.module.name);
            report.say(" has only where it is imported by a call.");
        }
        Some(_) => {
            report.say(", which this import of ");
            report.name(node.module.name);
            report.say(" does not supply.");
        }
    }
    at_need(report, need);
    match (node.origin, importer(graph, declarer)) {
        (None, Some((from, position))) => {
            report.say("import ");
            report.name(node.module.name);
            report.say(" by a call that supplies it, as in `");
            report.say(node.module.name);
            report.say("::for_root(..)` (");
            report.place(graph.node(from).import_at(position));
            report.say(").");
        }
        (Some(_), Some((from, position))) => {
            report.say("supply it in the call (");
            report.place(graph.node(from).import_at(position));
            report.say(").");
        }
        (_, None) => {
            report.say("a root is imported by nobody: import ");
            report.name(node.module.name);
            report.say(" into another module, by a call that supplies it.");
        }
    }
    report.end();
}

/// The module that leaves a token to calls and got it from none: the consumer's own, or the first.
const fn open_in(graph: &Graph<'_, '_>, module: u32, id: u128) -> Option<u32> {
    if graph.used.open == 0 {
        return None;
    }
    if graph.open_table.find(within(module, id)).is_some() {
        return Some(module);
    }
    let mut other = 0;
    while other < graph.used.modules as u32 {
        if graph.open_table.find(within(other, id)).is_some() {
            return Some(other);
        }
        other += 1;
    }
    None
}

/// The first import of a module: the importer, and the position among its imports.
const fn importer(graph: &Graph<'_, '_>, module: u32) -> Option<(u32, usize)> {
    let mut from = 0;
    while from < graph.used.modules as u32 {
        let start = graph.import_from[from as usize];
        let mut at = start;
        while at < graph.import_from[from as usize + 1] {
            if graph.import_to[at as usize] == module {
                return Some((from, (at - start) as usize));
            }
            at += 1;
        }
        from += 1;
    }
    None
}

/// `ORI014`.
pub(super) const fn outlives(report: &mut Report<'_>, graph: &Graph<'_, '_>, slot: u32, need: usize, why: &str) {
    let need = &graph.provider(slot).needs[need];
    report.begin("ORI014");
    consumer(report, graph, slot);
    report.say(" cannot have ");
    report.name(need.token.name);
    report.say(match need.kind {
        NeedKind::Late => ", which is made anew for each request or consumer: ",
        _ => ", which lives no longer than a request: ",
    });
    report.say(why);
    report.say(".");
    at_need(report, need);
    report.say("take a `ModuleRef` instead, and resolve it where it is used.");
    report.end();
}

/// `ORI014`, of what has methods that no request calls.
pub(super) const fn called_for_nobody(report: &mut Report<'_>, graph: &Graph<'_, '_>, slot: u32) {
    let provider = graph.provider(slot);
    let module = graph.module(graph.slot_module[slot as usize]);
    let method = &provider.hooks.methods[0];
    report.begin("ORI014");
    report.name(provider.token.name);
    report.say(" in ");
    report.name(module.name);
    report.say(" is made anew for each request or consumer, but its ");
    report.name(method.name);
    report.say(" is called for none of them.");
    report.at(method.at);
    report.help();
    report.say(
        "let it live as long as the application; take a `ModuleRef`, and resolve there what belongs to a request.",
    );
    report.end();
}

/// `ORI003`.
pub(super) const fn exports_nothing(report: &mut Report<'_>, graph: &Graph<'_, '_>, module: u32, export: &Export) {
    let module = graph.module(module);
    report.begin("ORI003");
    report.name(module.name);
    report.say(" exports ");
    match &export.target {
        ExportTarget::Provider(token) => {
            report.name(token.name);
            report.say(", which it does not provide.");
            report.at(export.at);
            report.help();
            report.say("add it to its `providers`; to pass on what an imported module provides, export that module.");
        }
        ExportTarget::Module { name, .. } => {
            report.name(name);
            report.say(", a module that it does not import.");
            report.at(export.at);
            report.help();
            report.say("add it to its `imports`.");
        }
    }
    report.end();
}

/// `ORI004`. The path is on the stack, from `to` on.
pub(super) const fn import_cycle(report: &mut Report<'_>, graph: &Graph<'_, '_>, depth: usize, to: u32) {
    let from = graph.node(graph.stack[depth - 1]);
    report.begin("ORI004");
    report.say("modules import each other in a circle: ");
    circle(report, graph, depth, to, true);
    let import = graph.progress[depth - 1] - 1 - graph.import_from[graph.stack[depth - 1] as usize];
    report.at(from.import_at(import as usize));
    report.help();
    report.say("move what they share into a third module that both import.");
    report.end();
}

/// `ORI005`. The path is on the stack, from `to` on.
pub(super) const fn provider_cycle(report: &mut Report<'_>, graph: &Graph<'_, '_>, depth: usize, to: u32) {
    report.begin("ORI005");
    report.say("providers need each other in a circle: ");
    circle(report, graph, depth, to, false);
    let last = graph.stack[depth - 1];
    let need = graph.progress[depth - 1] - 1 - graph.need_from[last as usize];
    report.at(graph.provider(last).needs[need as usize].at);
    report.help();
    report.say("move what both need into a third provider, or make one of the fields a `Lazy<..>`.");
    report.end();
}

/// `ORI009`.
pub(super) const fn provided_twice(report: &mut Report<'_>, graph: &Graph<'_, '_>, first: usize, second: usize) {
    let (Some(first), Some(again)) = (graph.binding[first], graph.binding[second]) else { return };
    let module = graph.module(graph.binding_module[second]);
    report.begin("ORI009");
    report.name(module.name);
    report.say(" provides ");
    report.name(again.token.name);
    report.say(" twice.");
    report.at(again.at);
    report.help();
    report.say("remove it here or at ");
    report.place(first.at);
    report.say("; for two values of one type use a `#[token]` constant each.");
    report.end();
}

/// Who needs something, and its module where that is another.
const fn consumer(report: &mut Report<'_>, graph: &Graph<'_, '_>, slot: u32) {
    let consumer = graph.provider(slot).token.name;
    let module = graph.module(graph.slot_module[slot as usize]);
    report.name(consumer);
    if !same(consumer, module.name) {
        report.say(" in ");
        report.name(module.name);
    }
}

/// Where the need was written; what helps comes next.
const fn at_need(report: &mut Report<'_>, need: &NeedDescriptor) {
    report.at(need.at);
    report.say(" (");
    report.name(need.member);
    report.say(")");
    report.help();
}

/// Into which list of which module something goes.
const fn list(report: &mut Report<'_>, list: &str, module: &ModuleDescriptor) {
    report.say(" to the `");
    report.say(list);
    report.say("` of ");
    report.name(module.name);
    report.say(" (");
    report.place(module.at);
    report.say(")");
}

/// The names on the stack from `to` on, and `to` again.
const fn circle(report: &mut Report<'_>, graph: &Graph<'_, '_>, depth: usize, to: u32, of_modules: bool) {
    let (mut on_path, mut i) = (false, 0);
    while i <= depth {
        let at = if i < depth { graph.stack[i] } else { to };
        on_path |= at == to;
        if on_path {
            report.name(if of_modules { graph.module(at).name } else { graph.provider(at).token.name });
            report.say(if i < depth { " -> " } else { "." });
        }
        i += 1;
    }
}

/// The first module that exports a token, whoever sees it.
const fn any_exporter(graph: &Graph<'_, '_>, id: u128) -> Option<u32> {
    let Some(mut link) = graph.chain_table.find(id) else { return None };
    let mut best = u32::MAX;
    while link != 0 {
        let at = link as usize - 1;
        if graph.chain_module[at] < best {
            best = graph.chain_module[at];
        }
        link = graph.chain_next[at];
    }
    Some(best)
}

/// The first module that provides a token.
const fn any_owner(graph: &Graph<'_, '_>, id: u128) -> Option<u32> {
    let mut i = 0;
    while i < graph.used.bindings {
        if graph.binding_id[i] == id {
            return Some(graph.binding_module[i]);
        }
        i += 1;
    }
    None
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}
