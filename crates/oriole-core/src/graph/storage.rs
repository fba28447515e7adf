//! The graph as flat arrays: what a constant can afford, and what makes the boot fast.
//!
//! The arrays are lent: a constant lends locals of a fixed size, the boot lends vectors of the measured size. Everything
//! refers to everything by index. Index 0 of the `*_from` arrays starts a list whose end is the next element's start.

use super::life::Life;
use super::node::Node;
use crate::descriptor::{Binding, ModuleDescriptor, ModulePath, NeedKind, ProviderDescriptor};

/// How many of each thing the arrays hold.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sizes {
    pub(crate) modules: usize,
    pub(crate) imports: usize,
    pub(crate) slots: usize,
    pub(crate) bindings: usize,
    pub(crate) needs: usize,
    pub(crate) exports: usize,
    pub(crate) chain: usize,
    pub(crate) enhancers: usize,
    pub(crate) open: usize,
}

/// The graph. A *slot* holds one instance; a *binding* is a token that leads to a slot within one module.
#[derive(Debug)]
pub(crate) struct Graph<'a, 'g> {
    pub(crate) used: Sizes,
    /// Something did not fit; only a constant runs into this.
    pub(crate) overflow: bool,
    /// Some module is imported by a call.
    pub(crate) calls: bool,
    /// The needs of all enhancers, whether or not they will have slots.
    pub(crate) reserved_needs: usize,

    pub(crate) modules: &'a mut [Option<Node<'g>>],
    /// What stands before the paths of each module.
    pub(crate) module_path: &'a mut [Option<&'static ModulePath>],
    pub(crate) import_from: &'a mut [u32],
    pub(crate) slot_from: &'a mut [u32],
    pub(crate) binding_from: &'a mut [u32],
    pub(crate) export_from: &'a mut [u32],
    /// Modules, those that are imported first.
    pub(crate) module_order: &'a mut [u32],

    pub(crate) import_to: &'a mut [u32],

    pub(crate) slot_provider: &'a mut [Option<&'static ProviderDescriptor>],
    pub(crate) slot_module: &'a mut [u32],
    pub(crate) need_from: &'a mut [u32],
    /// Slots, those that are needed first.
    pub(crate) slot_order: &'a mut [u32],
    /// How long what is in a slot lives.
    pub(crate) slot_life: &'a mut [Life],

    pub(crate) binding: &'a mut [Option<&'g Binding>],
    pub(crate) binding_id: &'a mut [u128],
    pub(crate) binding_module: &'a mut [u32],
    pub(crate) binding_slot: &'a mut [u32],

    /// 0 where the compiler does not know the type.
    pub(crate) need_id: &'a mut [u128],
    /// The binding that serves the need, plus one; 0 for none.
    pub(crate) need_to: &'a mut [u32],

    pub(crate) export_id: &'a mut [u128],

    /// What modules declare that only a call supplies; the table holds those that nothing supplies.
    pub(crate) open_id: &'a mut [u128],

    /// The slot of each enhancer: of module after module, controller after controller.
    pub(crate) enhancer_slot: &'a mut [u32],

    /// One link for each module and token that it exports, its own and those that it passes on.
    pub(crate) chain_module: &'a mut [u32],
    pub(crate) chain_binding: &'a mut [u32],
    pub(crate) chain_next: &'a mut [u32],

    /// Module key → module.
    pub(crate) module_table: Table<'a>,
    /// (module, source) → slot.
    pub(crate) source_table: Table<'a>,
    /// (importer, imported) → position among the importer's imports.
    pub(crate) import_table: Table<'a>,
    /// (module, token) → binding.
    pub(crate) binding_table: Table<'a>,
    /// (module, token) → position in `dynamic`, where nothing supplies it.
    pub(crate) open_table: Table<'a>,
    /// token → head of its chain.
    pub(crate) chain_table: Table<'a>,

    /// For walks in depth: the nodes on the path, and how far each has got.
    pub(crate) stack: &'a mut [u32],
    pub(crate) progress: &'a mut [u32],
    pub(crate) mark: &'a mut [u32],
}

/// A hashed map from 128-bit keys to indices: open addressing, at most half full, never shrinks.
#[derive(Debug)]
pub(crate) struct Table<'a> {
    /// 0 marks a free place; no key is 0.
    pub(crate) keys: &'a mut [u128],
    pub(crate) values: &'a mut [u32],
}

impl Table<'_> {
    /// The value under `key`.
    pub(crate) const fn find(&self, key: u128) -> Option<u32> {
        let mut at = self.start(key);
        while self.keys[at] != 0 {
            if self.keys[at] == key {
                return Some(self.values[at]);
            }
            at = (at + 1) & (self.keys.len() - 1);
        }
        None
    }

    /// Puts `value` under `key` if nothing is there; else gives what is there.
    pub(crate) const fn insert(&mut self, key: u128, value: u32) -> Option<u32> {
        let mut at = self.start(key);
        while self.keys[at] != 0 {
            if self.keys[at] == key {
                return Some(self.values[at]);
            }
            at = (at + 1) & (self.keys.len() - 1);
        }
        self.keys[at] = key;
        self.values[at] = value;
        None
    }

    /// Puts `value` under `key` in place of what is there, and gives that.
    pub(crate) const fn replace(&mut self, key: u128, value: u32) -> Option<u32> {
        let mut at = self.start(key);
        while self.keys[at] != 0 {
            if self.keys[at] == key {
                let old = self.values[at];
                self.values[at] = value;
                return Some(old);
            }
            at = (at + 1) & (self.keys.len() - 1);
        }
        self.keys[at] = key;
        self.values[at] = value;
        None
    }

    const fn start(&self, key: u128) -> usize {
        let folded = (key as u64) ^ ((key >> 64) as u64);
        (folded ^ (folded >> 29)) as usize & (self.keys.len() - 1)
    }
}

/// The key of something within a module.
pub(crate) const fn within(module: u32, id: u128) -> u128 {
    let mixed = id ^ (module as u128 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    if mixed == 0 { 1 } else { mixed }
}

impl<'g> Graph<'_, 'g> {
    pub(crate) const fn node(&self, index: u32) -> Node<'g> {
        match self.modules[index as usize] {
            Some(node) => node,
            None => panic!("a module index is out of range"),
        }
    }

    pub(crate) const fn module(&self, index: u32) -> &'static ModuleDescriptor {
        self.node(index).module
    }

    pub(crate) const fn provider(&self, slot: u32) -> &'static ProviderDescriptor {
        match self.slot_provider[slot as usize] {
            Some(provider) => provider,
            None => panic!("a slot index is out of range"),
        }
    }

    /// Whether a slot is a module's own instance.
    pub(crate) const fn is_own(&self, slot: u32) -> bool {
        let module = self.slot_module[slot as usize] as usize;
        slot + 1 == self.slot_from[module + 1]
    }

    /// Whether a slot is one of a module's providers, neither a controller nor an enhancer.
    pub(crate) const fn can_be_needed(&self, slot: u32) -> bool {
        let module = self.slot_module[slot as usize];
        let end = self.slot_from[module as usize + 1] - 1;
        slot < end - self.node(module).controllers() as u32
    }

    /// The slot that must be built before, for a need of a slot.
    pub(crate) const fn needed_first(&self, slot: u32, need: u32) -> Option<u32> {
        let index = need - self.need_from[slot as usize];
        match self.provider(slot).needs[index as usize].kind {
            NeedKind::Provider => self.served_by(need as usize),
            NeedKind::Late | NeedKind::Container(_) | NeedKind::Request | NeedKind::Payload => None,
        }
    }

    /// The slot that serves a need, if one does.
    pub(crate) const fn served_by(&self, need: usize) -> Option<u32> {
        match self.need_to[need] {
            0 => None,
            binding => Some(self.binding_slot[binding as usize - 1]),
        }
    }
}

/// Lends the arrays of one graph. `$array!(type, length)` makes one array filled with zeros, `$none!(..)` one of `None`s.
macro_rules! lend {
    ($sizes:ident, $zeros:ident, $none:ident, |$graph:ident| $body:expr) => {{
        use $crate::graph::Life;
        let mut $graph = $crate::graph::storage::Graph {
            used: $crate::graph::storage::Sizes {
                modules: 0,
                imports: 0,
                slots: 0,
                bindings: 0,
                needs: 0,
                exports: 0,
                chain: 0,
                enhancers: 0,
                open: 0,
            },
            overflow: false,
            calls: false,
            reserved_needs: 0,
            modules: $none!($sizes.modules),
            module_path: $none!($sizes.modules),
            import_from: $zeros!(u32, $sizes.modules + 1),
            slot_from: $zeros!(u32, $sizes.modules + 1),
            binding_from: $zeros!(u32, $sizes.modules + 1),
            export_from: $zeros!(u32, $sizes.modules + 1),
            module_order: $zeros!(u32, $sizes.modules),
            import_to: $zeros!(u32, $sizes.imports),
            slot_provider: $none!($sizes.slots),
            slot_module: $zeros!(u32, $sizes.slots),
            need_from: $zeros!(u32, $sizes.slots + 1),
            slot_order: $zeros!(u32, $sizes.slots),
            slot_life: $zeros!(Life, $sizes.slots),
            binding: $none!($sizes.bindings),
            binding_id: $zeros!(u128, $sizes.bindings),
            binding_module: $zeros!(u32, $sizes.bindings),
            binding_slot: $zeros!(u32, $sizes.bindings),
            need_id: $zeros!(u128, $sizes.needs),
            need_to: $zeros!(u32, $sizes.needs),
            export_id: $zeros!(u128, $sizes.exports),
            open_id: $zeros!(u128, $sizes.open),
            enhancer_slot: $zeros!(u32, $sizes.enhancers),
            chain_module: $zeros!(u32, $sizes.chain),
            chain_binding: $zeros!(u32, $sizes.chain),
            chain_next: $zeros!(u32, $sizes.chain),
            module_table: lend!(table $zeros, $sizes.modules),
            source_table: lend!(table $zeros, $sizes.slots),
            import_table: lend!(table $zeros, $sizes.imports),
            binding_table: lend!(table $zeros, $sizes.bindings),
            open_table: lend!(table $zeros, $sizes.open),
            chain_table: lend!(table $zeros, $sizes.chain),
            stack: $zeros!(u32, $sizes.slots + $sizes.modules + 1),
            progress: $zeros!(u32, $sizes.slots + $sizes.modules + 1),
            mark: $zeros!(u32, $sizes.slots + $sizes.modules + 1),
        };
        $body
    }};
    (table $zeros:ident, $len:expr) => {
        $crate::graph::storage::Table {
            keys: $zeros!(u128, (2 * $len + 2).next_power_of_two()),
            values: $zeros!(u32, (2 * $len + 2).next_power_of_two()),
        }
    };
}
pub(crate) use lend;
