//! Invariant 5: two applications in one process share nothing, so the library crates have no global state.

use super::finding::{Allowed, Finding, without_allowed};
use super::source::{Source, words};

/// Statics that hold state and may.
const ALLOWED: &[Allowed] = &[
    Allowed {
        path: "crates/oriole-http/src/local_storage/handle.rs",
        name: "task_local",
        reason: "the one bridge from code to the request that it runs for; its value belongs to a task",
    },
    Allowed {
        path: "crates/oriole-sse/src/inspect/origin.rs",
        name: "task_local",
        reason: "from a request to the subscription that answers it, for the development console; its value belongs to a task",
    },
    Allowed { path: "crates/oriole-http/src/run.rs", name: "task_local", reason: "of `main` alone: see `ENDED_BY`" },
    Allowed {
        path: "crates/oriole-http/src/run.rs",
        name: "ENDED_BY",
        reason: "each `main` has its own, and asks it which signal ended the application that it awaited",
    },
    Allowed {
        path: "crates/oriole-config/src/secret.rs",
        name: "thread_local",
        reason: "serde passes nothing down: set around one call that writes a value, and put back behind it",
    },
    Allowed { path: "crates/oriole-config/src/secret.rs", name: "ARE_LEFT_OUT", reason: "as above" },
    Allowed {
        path: "crates/oriole-http/src/server/protocol/muffled.rs",
        name: "thread_local",
        reason: "a waker is told nothing of who uses it: set around one poll of a stream, and put back behind it",
    },
    Allowed { path: "crates/oriole-http/src/server/protocol/muffled.rs", name: "POLLED", reason: "as above" },
    Allowed {
        path: "crates/oriole-http/src/server/protocol/alarm.rs",
        name: "RUNG",
        reason: "a hint: where another application's alarms moved it, a timer is looked at in vain, and nothing else differs",
    },
    Allowed {
        path: "crates/oriole-http/src/server/protocol/alarm.rs",
        name: "BEGUN",
        reason: "what the hint is counted from; set once",
    },
    Allowed {
        path: "crates/oriole-sse/src/response/head.rs",
        name: "EVENT_STREAM",
        reason: "never changes: what every event stream has in its head, which no constant can hold",
    },
    Allowed {
        path: "crates/oriole-sse/src/looks.rs",
        name: "thread_local",
        reason: "in tests alone: counts what the thread of a test looks at",
    },
    Allowed { path: "crates/oriole-sse/src/looks.rs", name: "LOOKS", reason: "as above" },
];

/// Types that can change behind a shared reference. An alias or a wrapper of them goes unseen.
const INTERIOR_MUTABILITY: &[&str] = &[
    "Cell",
    "RefCell",
    "UnsafeCell",
    "OnceCell",
    "LazyCell",
    "OnceLock",
    "LazyLock",
    "Once",
    "Mutex",
    "RwLock",
    "Condvar",
    "Lazy",
    "OnceBool",
    "ArcSwap",
    "DashMap",
    "Sender",
    "Receiver",
    "Notify",
    "Semaphore",
];

const MACROS: &[&str] = &["thread_local", "task_local", "lazy_static"];

pub(super) fn no_global_state(sources: &[Source]) -> Vec<Finding> {
    without_allowed(all_global_state(sources), ALLOWED, "`ALLOWED` in statics.rs")
}

/// Each with its name, whether it is allowed or not.
pub(super) fn all_global_state(sources: &[Source]) -> Vec<(String, Finding)> {
    sources.iter().filter(|source| source.library_crate().is_some()).flat_map(global_state).collect()
}

fn global_state(source: &Source) -> Vec<(String, Finding)> {
    let bare = source.library.as_str();
    let fix = "hold the state in the application's container; if it must be global, give a reason in xtask/src/tidy/statics.rs";
    let mut findings = Vec::new();
    for offset in words(bare, "static") {
        let item = &bare[offset + "static".len()..];
        if bare[..offset].ends_with('\'') || item.trim_start().starts_with(['|', '[', '{']) {
            continue;
        }
        let Some((name, kind)) = name_and_type(item) else { continue };
        if let Some(cause) = mutable(name, kind) {
            let name = name.trim_start_matches("mut ").trim();
            let message = format!("the static `{name}` is global mutable state ({cause})");
            findings.push((name.to_owned(), Finding::error(&source.path, source.line(offset), message, fix)));
        }
    }
    for name in MACROS {
        for offset in words(bare, name).filter(|offset| bare[offset + name.len()..].starts_with('!')) {
            let message = format!("`{name}!` makes global mutable state");
            findings.push(((*name).to_owned(), Finding::error(&source.path, source.line(offset), message, fix)));
        }
    }
    findings
}

/// Splits `NAME: Type = value;`.
fn name_and_type(item: &str) -> Option<(&str, &str)> {
    let (name, rest) = item.split_once(':')?;
    let (mut depth, mut before) = (0_i32, ' ');
    let end = rest.find(|character| {
        match character {
            '<' | '(' | '[' => depth += 1,
            '>' if before != '-' => depth -= 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        before = character;
        depth <= 0 && (character == '=' || character == ';')
    })?;
    Some((name.trim(), &rest[..end]))
}

fn mutable(name: &str, kind: &str) -> Option<String> {
    if name.starts_with("mut ") {
        return Some("`static mut`".to_owned());
    }
    let identifiers = kind.split(|character: char| !(character.is_alphanumeric() || character == '_'));
    let mut found = identifiers.filter(|word| {
        INTERIOR_MUTABILITY.contains(word) || (word.starts_with("Atomic") && word.len() > "Atomic".len())
    });
    found.next().map(|word| format!("`{word}`"))
}
