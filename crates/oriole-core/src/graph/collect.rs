//! From descriptors to arrays: every module that can be reached, once, breadth first; then what each one lists.

use super::node::{Node, Supplied};
use super::resolve::find;
use super::storage::{Graph, within};
use crate::descriptor::{ExportTarget, Import, ModuleDescriptor, ProviderDescriptor};

/// Fills the arrays, identities left out. Says whether everything fitted.
pub(super) const fn collect(graph: &mut Graph<'_, '_>, root: &'static ModuleDescriptor) -> bool {
    add_module(graph, root);
    let mut at = 0;
    while at < graph.used.modules && !graph.overflow {
        add_imports(graph, at as u32);
        at += 1;
    }
    collect_lists(graph)
}

/// As [`collect`], where the modules and their imports are there.
pub(super) const fn collect_lists(graph: &mut Graph<'_, '_>) -> bool {
    let mut at = 0;
    while at < graph.used.modules && !graph.overflow {
        add_lists(graph, at as u32);
        at += 1;
    }
    // Enhancers come when it is known who sees what; there is room for each.
    let slots = graph.used.slots + graph.used.enhancers;
    !graph.overflow
        && slots <= graph.slot_provider.len()
        && graph.reserved_needs + graph.used.needs <= graph.need_id.len()
}

/// The index of a module, new or not.
const fn add_module(graph: &mut Graph<'_, '_>, module: &'static ModuleDescriptor) -> u32 {
    if let Some(known) = graph.module_table.find(module.key.value()) {
        return known;
    }
    let index = push_node(graph, Node::new(module));
    if !graph.overflow {
        graph.module_table.insert(module.key.value(), index);
    }
    index
}

const fn push_node<'g>(graph: &mut Graph<'_, 'g>, node: Node<'g>) -> u32 {
    let index = graph.used.modules;
    if index == graph.modules.len() {
        graph.overflow = true;
        return 0;
    }
    graph.modules[index] = Some(node);
    graph.used.modules += 1;
    index as u32
}

/// The index of a module that is imported by a call: new, unless the call stands within what it makes; then it is a circle.
const fn add_call(graph: &mut Graph<'_, '_>, from: u32, position: u32, import: &'static Import) -> u32 {
    if let Some(same) = within_itself(graph, from, position) {
        return same;
    }
    let node = Node { supplied: Supplied::Declared, origin: Some((from, position)), ..Node::new(import.module) };
    graph.calls = true;
    push_node(graph, node)
}

/// The module that this very call has made already, on the way to itself.
pub(super) const fn within_itself(graph: &Graph<'_, '_>, from: u32, position: u32) -> Option<u32> {
    let importer = graph.module(from).key.value();
    let mut node = from;
    while let Some((origin, at)) = graph.node(node).origin {
        if at == position && graph.module(origin).key.value() == importer {
            return Some(node);
        }
        node = origin;
    }
    None
}

const fn add_imports(graph: &mut Graph<'_, '_>, module: u32) {
    let imports = graph.module(module).imports;
    graph.import_from[module as usize] = graph.used.imports as u32;
    let mut i = 0;
    while i < imports.len() {
        let to = match imports[i].make {
            None => add_module(graph, imports[i].module),
            Some(_) => add_call(graph, module, i as u32, &imports[i]),
        };
        if imports[i].global
            && !graph.overflow
            && let Some(node) = &mut graph.modules[to as usize]
        {
            node.global = true;
        }
        if graph.overflow || graph.used.imports == graph.import_to.len() {
            graph.overflow = true;
            return;
        }
        graph.import_to[graph.used.imports] = to;
        graph.import_table.insert(within(module, to as u128 + 1), i as u32);
        graph.used.imports += 1;
        i += 1;
    }
    graph.import_from[module as usize + 1] = graph.used.imports as u32;
}

const fn add_lists(graph: &mut Graph<'_, '_>, module: u32) {
    let node = graph.node(module);
    graph.slot_from[module as usize] = graph.used.slots as u32;
    graph.binding_from[module as usize] = graph.used.bindings as u32;
    graph.export_from[module as usize] = graph.used.exports as u32;

    let mut i = 0;
    while i < node.bindings() && !graph.overflow {
        let entry = node.binding(i);
        let source = within(module, entry.source.value());
        let slot = match graph.source_table.find(source) {
            Some(slot) => slot,
            None => {
                let slot = add_slot(graph, module, entry.provider);
                if !graph.overflow {
                    graph.source_table.insert(source, slot);
                }
                slot
            }
        };
        let binding = graph.used.bindings;
        if graph.overflow || binding == graph.binding.len() {
            graph.overflow = true;
            return;
        }
        graph.binding[binding] = Some(entry);
        graph.binding_module[binding] = module;
        graph.binding_slot[binding] = slot;
        graph.used.bindings += 1;
        i += 1;
    }

    let mut i = 0;
    while i < node.controllers() && !graph.overflow {
        add_slot(graph, module, node.controller(i).provider);
        reserve(graph, node.enhancers(i));
        i += 1;
    }
    if graph.overflow {
        return;
    }
    // The module's own instance is its last slot.
    add_slot(graph, module, node.module.own);

    graph.used.open += node.module.dynamic.len();
    if graph.used.open > graph.open_id.len() {
        graph.overflow = true;
    }
    graph.used.exports += node.exports();
    if graph.overflow || graph.used.exports > graph.export_id.len() {
        graph.overflow = true;
        return;
    }
    graph.slot_from[module as usize + 1] = graph.used.slots as u32;
    graph.binding_from[module as usize + 1] = graph.used.bindings as u32;
    graph.export_from[module as usize + 1] = graph.used.exports as u32;
}

const fn add_slot(graph: &mut Graph<'_, '_>, module: u32, provider: &'static ProviderDescriptor) -> u32 {
    let slot = graph.used.slots;
    if slot == graph.slot_provider.len() || graph.used.needs + provider.needs.len() > graph.need_id.len() {
        graph.overflow = true;
        return 0;
    }
    graph.slot_provider[slot] = Some(provider);
    graph.slot_module[slot] = module;
    graph.need_from[slot] = graph.used.needs as u32;
    graph.used.needs += provider.needs.len();
    graph.need_from[slot + 1] = graph.used.needs as u32;
    graph.used.slots += 1;
    slot as u32
}

/// Counts what a controller's enhancers may take.
const fn reserve(graph: &mut Graph<'_, '_>, enhancers: &[&'static ProviderDescriptor]) {
    let mut i = 0;
    while i < enhancers.len() {
        graph.reserved_needs += enhancers[i].needs.len();
        i += 1;
    }
    graph.used.enhancers += enhancers.len();
    if graph.used.enhancers > graph.enhancer_slot.len() {
        graph.overflow = true;
    }
}

/// The slot of an enhancer: what its module sees under that token, else one of the module's own, behind all others.
pub(super) const fn add_enhancer(
    graph: &mut Graph<'_, '_>,
    at: usize,
    module: u32,
    provider: &'static ProviderDescriptor,
    id: u128,
) {
    let own = within(module, !id);
    let seen = if id == 0 { None } else { find(graph, module, id) };
    graph.enhancer_slot[at] = match seen {
        Some(binding) => graph.binding_slot[binding as usize],
        None => match graph.source_table.find(own) {
            Some(slot) if id != 0 => slot,
            _ => {
                let slot = add_slot(graph, module, provider);
                if id != 0 {
                    graph.source_table.insert(own, slot);
                }
                slot
            }
        },
    };
}

/// Gives every enhancer its slot, and the needs of new slots their numbers; `$identity` as for [`identify`].
macro_rules! enhance {
    ($graph:ident, |$token:ident| $identity:expr) => {{
        let mut slot = $graph.used.slots;
        let (mut module, mut at) = (0, 0);
        while module < $graph.used.modules as u32 {
            let node = $graph.node(module);
            let mut i = 0;
            while i < node.controllers() {
                let enhancers = node.enhancers(i);
                let mut j = 0;
                while j < enhancers.len() {
                    let $token = &enhancers[j].token;
                    let id = $identity;
                    add_enhancer($graph, at, module, enhancers[j], id);
                    at += 1;
                    j += 1;
                }
                i += 1;
            }
            module += 1;
        }
        while slot < $graph.used.slots {
            let needs = $graph.provider(slot as u32).needs;
            let mut i = 0;
            while i < needs.len() {
                let $token = &needs[i].token;
                $graph.need_id[$graph.need_from[slot] as usize + i] = $identity;
                i += 1;
            }
            slot += 1;
        }
    }};
}
pub(super) use enhance;

/// Gives every token its number: `$identity` turns a `&TokenDescriptor` into one, 0 for unknown.
macro_rules! identify {
    ($graph:ident, |$token:ident| $identity:expr) => {{
        let mut i = 0;
        while i < $graph.used.bindings {
            if let Some(binding) = $graph.binding[i] {
                let $token = &binding.token;
                $graph.binding_id[i] = $identity;
            }
            i += 1;
        }
        let mut slot = 0;
        while slot < $graph.used.slots {
            if let Some(provider) = $graph.slot_provider[slot] {
                let mut i = 0;
                while i < provider.needs.len() {
                    let $token = &provider.needs[i].token;
                    $graph.need_id[$graph.need_from[slot] as usize + i] = $identity;
                    i += 1;
                }
            }
            slot += 1;
        }
        let (mut module, mut open) = (0, 0);
        while module < $graph.used.modules {
            if let Some(node) = $graph.modules[module] {
                let dynamic = node.module.dynamic;
                let mut i = 0;
                while i < dynamic.len() {
                    let $token = &dynamic[i].token;
                    $graph.open_id[open] = $identity;
                    open += 1;
                    i += 1;
                }
            }
            if let Some(node) = $graph.modules[module] {
                let mut i = 0;
                while i < node.exports() {
                    if let $crate::descriptor::ExportTarget::Provider($token) = &node.export(i).target {
                        $graph.export_id[$graph.export_from[module] as usize + i] = $identity;
                    }
                    i += 1;
                }
            }
            module += 1;
        }
    }};
}
pub(super) use identify;

/// The module that an entry of `exports` passes on, if it is one, known, and imported by its name.
pub(super) const fn passed_on(graph: &Graph<'_, '_>, target: &ExportTarget) -> Option<u32> {
    match target {
        ExportTarget::Module { key, .. } => graph.module_table.find(key.value()),
        ExportTarget::Provider(_) => None,
    }
}
