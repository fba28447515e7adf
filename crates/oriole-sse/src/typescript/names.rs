//! What the types of a file are called.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::notation::type_name;
use super::schema::Root;

/// The reference to the schema itself.
pub(super) const ROOT: &str = "#";
const DEFINITIONS: &str = "#/$defs/";

/// Names that no type of the user's can have: those of TypeScript's own types, and of what the file itself writes. A type
/// of any other name may hide a browser's within the file, which names that as a global one.
const TAKEN: &str = "\
    AddEventListenerOptions EventListenerOptions Exclude JsonText Omit Record any boolean globalThis \
    never number string symbol undefined unknown";

/// Words of the language, of which a type cannot have the name either.
const WORDS: &str = "\
    await bigint break case catch class const continue debugger default delete do else enum export \
    extends false finally for function if implements import in instanceof interface let new null object \
    package private protected public return static super switch this throw true typeof var void while \
    with yield";

/// The names of one schema's types, by the references to them.
#[derive(Clone, Debug, Default)]
pub(super) struct Names(BTreeMap<String, String>);

impl Names {
    /// The name of what is referred to; `None` for what has none.
    pub(super) fn of(&self, reference: &str) -> Option<&str> {
        self.0.get(&target(reference)?).map(String::as_str)
    }

    #[cfg(test)]
    pub(super) fn given<'n>(names: impl IntoIterator<Item = (&'n str, &'n str)>) -> Self {
        Self(names.into_iter().map(|(key, name)| (key.to_owned(), name.to_owned())).collect())
    }
}

/// A type that has a name.
pub(super) struct Named<'r> {
    pub(super) name: String,
    pub(super) schema: &'r Value,
    /// Which of the schemas it belongs to.
    pub(super) root: usize,
}

/// Names the types of all schemas: those that are the same once, and others that are called alike by a number as well.
pub(super) fn named<'r>(roots: &'r [Root], first_part: &str) -> (Vec<Names>, Vec<Named<'r>>) {
    let own = ["Map", "Event", "Source"].map(|end| format!("{first_part}{end}"));
    let words = [TAKEN, WORDS].into_iter().flat_map(str::split_ascii_whitespace).map(str::to_owned);
    let mut taken: BTreeSet<String> = words.chain(own).collect();
    let (mut all, mut types) = (Vec::<Names>::new(), Vec::new());
    for (at, root) in roots.iter().enumerate() {
        let mut names = shared(root, &roots[..at], &all);
        for (key, (suggested, schema)) in &root.types {
            if names.0.contains_key(key) {
                continue;
            }
            let plain = type_name(suggested);
            let mut name = plain.clone();
            let mut number = 2;
            while !taken.insert(name.clone()) {
                name = format!("{plain}{number}");
                number += 1;
            }
            names.0.insert(key.clone(), name.clone());
            types.push(Named { name, schema, root: at });
        }
        all.push(names);
    }
    (all, types)
}

/// The names of types that an earlier schema has as well: written in the same way, and all that they hold too.
fn shared(root: &Root, before: &[Root], names: &[Names]) -> Names {
    let mut all = Names::default();
    for (earlier, names) in before.iter().zip(names) {
        let mut same: BTreeSet<&String> = root
            .types
            .iter()
            .filter(|(key, kept)| earlier.types.get(*key) == Some(*kept))
            .map(|(key, _)| key)
            .collect();
        loop {
            let holds_others = |key: &&String| {
                let mut held = BTreeSet::new();
                references(&root.types[*key].1, &mut held);
                !held.iter().all(|key| same.contains(key))
            };
            let Some(other) = same.iter().copied().find(holds_others) else { break };
            same.remove(other);
        }
        for key in same {
            if let (false, Some(name)) = (all.0.contains_key(key), names.0.get(key)) {
                all.0.insert(key.clone(), name.clone());
            }
        }
    }
    all
}

/// Everything that a schema refers to.
pub(super) fn references(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(object) => {
            found.extend(object.get("$ref").and_then(Value::as_str).and_then(target));
            object.values().for_each(|value| references(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

/// What a reference means: the schema itself, or the name of a definition; nothing else has a name.
pub(super) fn target(reference: &str) -> Option<String> {
    if reference == ROOT {
        return Some(ROOT.into());
    }
    // A fragment is percent-encoded (RFC 3986, section 3.5), and a JSON pointer escapes two characters (RFC 6901, section 3).
    let name = reference.strip_prefix(DEFINITIONS).filter(|name| !name.contains('/'))?;
    Some(definition(&decoded(name)?.replace("~1", "/").replace("~0", "~")))
}

/// The key of a definition.
pub(super) fn definition(name: &str) -> String {
    format!("{DEFINITIONS}{name}")
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        let digits =
            after.first_chunk::<2>().filter(|digits| *first == b'%' && digits.iter().all(u8::is_ascii_hexdigit));
        let byte = digits.and_then(|digits| u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &rest[2..] } else { rest };
    }
    String::from_utf8(bytes).ok()
}
