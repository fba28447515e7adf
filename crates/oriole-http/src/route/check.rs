//! `ORI006` to `ORI008`: what the router could not hold, told before it is asked.
//!
//! One hashed pass each, so that a thousand routes stay cheap in a constant.

use super::pattern::{Outline, Pattern};
use oriole_core::graph::{Located, Report};
use oriole_core::{ControllerDescriptor, Entry};

/// An address with its controller.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Address {
    controller: &'static ControllerDescriptor,
    entry: &'static Entry,
    pattern: Pattern<'static>,
    outline: Outline,
}

/// Lent by the caller, since a constant cannot allocate: as many addresses as there are entries, and at least twice as
/// many slots, a power of two.
#[derive(Debug)]
pub(crate) struct Space<'a> {
    pub(crate) addresses: &'a mut [Option<Address>],
    pub(crate) slots: &'a mut [u32],
}

/// Adds each problem of the controllers' entries to `report`. `false` if there are more entries than `space` holds.
pub(crate) const fn check(controllers: &[Option<Located>], space: &mut Space<'_>, report: &mut Report<'_>) -> bool {
    let Some(count) = parse(controllers, space.addresses, report) else { return false };
    find_duplicates(space, count, report);
    clear(space.slots);
    find_conflicts(space, count, report);
    true
}

/// `ORI008`; what does not parse is left out of the other two rules.
const fn parse(
    controllers: &[Option<Located>],
    addresses: &mut [Option<Address>],
    report: &mut Report<'_>,
) -> Option<usize> {
    let mut count = 0;
    let mut i = 0;
    while i < controllers.len() {
        let Some(Located { controller, path }) = controllers[i] else { break };
        let entries = controller.entries;
        let mut j = 0;
        while j < entries.len() {
            let entry = &entries[j];
            let pattern = Pattern::new(path, entry.prefix, entry.path);
            match pattern.check() {
                Err(error) => {
                    let (what, instead) = error.words();
                    report.begin("ORI008");
                    report.say("the path of ");
                    say_route(controller, entry, report);
                    report.say(" ");
                    report.say(what);
                    report.say(": `");
                    pattern.say(report);
                    report.say("`");
                    report.at(entry.at);
                    report.help();
                    report.say(instead);
                    report.end();
                }
                Ok(outline) => {
                    if count == addresses.len() {
                        return None;
                    }
                    addresses[count] = Some(Address { controller, entry, pattern, outline });
                    count += 1;
                }
            }
            j += 1;
        }
        i += 1;
    }
    Some(count)
}

/// `ORI006`: one address, two handlers.
const fn find_duplicates(space: &mut Space<'_>, count: usize, report: &mut Report<'_>) {
    let mut i = 0;
    while i < count {
        let Some(address) = space.addresses[i] else { return };
        let mut slot = start(with_method(address.outline.hash, address.entry.method), space.slots);
        while space.slots[slot] != 0 {
            if let Some(other) = space.addresses[space.slots[slot] as usize - 1]
                && address.outline.hash == other.outline.hash
                && equal(address.entry.method, other.entry.method)
                && same_realm(&address, &other)
                && address.pattern.same(address.pattern.len(), &other.pattern, other.pattern.len())
            {
                say_duplicate(&other, &address, report);
                break;
            }
            slot = (slot + 1) & (space.slots.len() - 1);
        }
        if space.slots[slot] == 0 {
            space.slots[slot] = i as u32 + 1;
        }
        i += 1;
    }
}

/// `ORI007`: `{*rest}` at a place where another route has `{id}`.
const fn find_conflicts(space: &mut Space<'_>, count: usize, report: &mut Report<'_>) {
    let mut rests = 0;
    let mut i = 0;
    while i < count {
        if let Some(address) = space.addresses[i]
            && let Some(at) = address.outline.rest
        {
            let mut slot = start(hash(&address.pattern, at), space.slots);
            while space.slots[slot] != 0 {
                slot = (slot + 1) & (space.slots.len() - 1);
            }
            space.slots[slot] = i as u32 + 1;
            rests += 1;
        }
        i += 1;
    }
    if rests == 0 {
        return;
    }
    let mut i = 0;
    while i < count {
        let Some(address) = space.addresses[i] else { return };
        let pattern = &address.pattern;
        let mut hash = FNV_OFFSET;
        let mut at = 0;
        while at < pattern.len() {
            if pattern.byte(at) == b'{' && !pattern.is_rest(at) {
                let mut slot = start(hash, space.slots);
                while space.slots[slot] != 0 {
                    if let Some(rest) = space.addresses[space.slots[slot] as usize - 1]
                        && let Some(rest_at) = rest.outline.rest
                        && share_a_table(rest.entry.method, address.entry.method)
                        && same_realm(&rest, &address)
                        && pattern.same(at, &rest.pattern, rest_at)
                    {
                        say_conflict(&rest, &address, report);
                    }
                    slot = (slot + 1) & (space.slots.len() - 1);
                }
            }
            hash = step(hash, pattern, at);
            at = pattern.next(at);
        }
        i += 1;
    }
}

/// A table per method; `*` is in all of them, and HEAD is answered by GET's.
pub(super) const fn share_a_table(left: &str, right: &str) -> bool {
    equal(left, right)
        || equal(left, "*")
        || equal(right, "*")
        || (equal(left, "GET") && equal(right, "HEAD"))
        || (equal(left, "HEAD") && equal(right, "GET"))
}

/// Whether both are asked for by the same requests, their methods and paths aside. Which versions are one, only the boot
/// knows.
const fn same_realm(left: &Address, right: &Address) -> bool {
    equal(left.entry.version, right.entry.version) && same_host(left.entry.host, right.entry.host)
}

/// Parameters count, their names do not; nor does case.
const fn same_host(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let (mut i, mut j) = (0, 0);
    while i < left.len() && j < right.len() {
        if !left[i].eq_ignore_ascii_case(&right[j]) {
            return false;
        }
        if left[i] == b'{' {
            i = end_of_parameter(left, i);
            j = end_of_parameter(right, j);
        } else {
            i += 1;
            j += 1;
        }
    }
    i == left.len() && j == right.len()
}

const fn end_of_parameter(host: &[u8], from: usize) -> usize {
    let mut at = from;
    while at < host.len() && host[at] != b'}' {
        at += 1;
    }
    at
}

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;
/// Spreads a hash over its upper bits.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// The hash of a path up to `len`, names of parameters left out.
const fn hash(pattern: &Pattern<'_>, len: usize) -> u64 {
    let mut hash = FNV_OFFSET;
    let mut at = 0;
    while at < len {
        hash = step(hash, pattern, at);
        at = pattern.next(at);
    }
    hash
}

/// The first letters tell methods apart well enough.
const fn with_method(hash: u64, method: &str) -> u64 {
    match method.as_bytes() {
        [first, second, ..] => hash ^ ((*first as u64) << 56) ^ ((*second as u64) << 40),
        [first] => hash ^ ((*first as u64) << 56),
        [] => hash,
    }
}

const fn step(hash: u64, pattern: &Pattern<'_>, at: usize) -> u64 {
    (hash ^ pattern.byte(at) as u64).wrapping_mul(FNV_PRIME)
}

const fn start(hash: u64, slots: &[u32]) -> usize {
    let spread = (hash ^ (hash >> 29)).wrapping_mul(GOLDEN);
    (spread ^ (spread >> 32)) as usize & (slots.len() - 1)
}

const fn clear(slots: &mut [u32]) {
    let mut i = 0;
    while i < slots.len() {
        slots[i] = 0;
        i += 1;
    }
}

const fn equal(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len() != right.len() {
        return false;
    }
    let mut i = 0;
    while i < left.len() {
        if left[i] != right[i] {
            return false;
        }
        i += 1;
    }
    true
}

const fn say_duplicate(first: &Address, second: &Address, report: &mut Report<'_>) {
    report.begin("ORI006");
    say_address(second, report);
    report.say(" is served twice: by ");
    say_handler(first, report);
    report.say(" and by ");
    say_handler(second, report);
    report.at(first.entry.at);
    if same_place(first.entry, second.entry) {
        report.help();
        report.say("the controller is listed twice; list it in one module");
    } else {
        report.at(second.entry.at);
        report.help();
        report.say("parameters match whatever their names are; give one of them another path or method");
    }
    report.end();
}

/// Whether two entries are one: a controller that two modules list.
const fn same_place(first: &Entry, second: &Entry) -> bool {
    let (a, b) = (first.at, second.at);
    a.line == b.line && a.column == b.column && equal(a.file, b.file)
}

const fn say_conflict(rest: &Address, other: &Address, report: &mut Report<'_>) {
    report.begin("ORI007");
    say_address(rest, report);
    report.say(" and ");
    say_address(other, report);
    report.say(" cannot stand side by side: at one place the first takes the rest and the second takes a segment");
    report.at(rest.entry.at);
    report.at(other.entry.at);
    report.help();
    report.say("put a literal segment before one of them, or serve both from the `{*rest}` handler");
    report.end();
}

const fn say_address(address: &Address, report: &mut Report<'_>) {
    report.say("`");
    report.say(if equal(address.entry.method, "*") { "ALL" } else { address.entry.method });
    report.say(" ");
    address.pattern.say(report);
    report.say("`");
    if !address.entry.version.is_empty() {
        report.say(" of version `");
        report.say(address.entry.version);
        report.say("`");
    }
    if !address.entry.host.is_empty() {
        report.say(" at host `");
        report.say(address.entry.host);
        report.say("`");
    }
}

const fn say_handler(address: &Address, report: &mut Report<'_>) {
    say_route(address.controller, address.entry, report);
}

const fn say_route(controller: &ControllerDescriptor, entry: &Entry, report: &mut Report<'_>) {
    report.say("`");
    report.say(controller.name);
    report.say("::");
    report.say(entry.handler);
    report.say("`");
}
