//! The map of events, and the declaration file.

use std::fmt;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;

use super::names::{Named, named};
use super::notation::{key, notation, type_name, union};
use super::schema::{Root, description};

/// Writes the events of an enum as a declaration file of TypeScript (`.d.ts`), by which a page's `EventSource` knows each
/// event's name and the type of its data.
///
/// The enum is the one that [`MessageEvent::typed`](crate::MessageEvent::typed) sends; it derives `schemars::JsonSchema`, which
/// reads serde's attributes. Write the file in a test that compares it, so that it cannot be forgotten; see the guide's
/// chapter on reading event streams. The file has, for an enum `Chat`:
///
/// - `ChatMap`: the names of the events, and what `JSON.parse(event.data)` gives for each. A variant without content has
///   `undefined`, since its data is empty.
/// - `ChatSource`: an `EventSource` whose `addEventListener` knows them: `new EventSource(url) as ChatSource`.
/// - the types that they name, and their descriptions. One that is called as something of the file's own has a number, such as
///   `ChatEvent2`; an enum that holds itself is a type of its own name.
///
/// `JSON.parse` of such data gives its type, for which the file adds a signature to the global `JSON`; what it gives for any
/// other text is not changed. A type that is no enum, or one that is tagged otherwise, is the data of `message`. Numbers of 64
/// bits and more are `number`, as `JSON.parse` has it.
///
/// # Examples
///
/// ```
/// use oriole_sse::EventTypes;
/// use schemars::JsonSchema;
/// use serde::Serialize;
///
/// #[derive(Serialize, JsonSchema)]
/// #[serde(rename_all = "kebab-case")]
/// enum Market {
///     PriceChanged { symbol: String, price: u32 },
///     Closed,
/// }
///
/// let file = EventTypes::of::<Market>().to_string();
/// assert!(file.contains("  closed: undefined;\n  \"price-changed\": { price: number; symbol: string };\n"));
/// ```
#[derive(Clone, Debug)]
pub struct EventTypes {
    name: String,
    description: Option<String>,
    /// What is sent on the stream: an enum, others beside it, and the hub's own events.
    roots: Vec<Root>,
}

impl EventTypes {
    /// Reads the events of an enum, whose name, or that of its schema, is the first part of the names in the file.
    #[must_use]
    pub fn of<E: JsonSchema>() -> Self {
        let schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<E>();
        let (name, schema) = (E::schema_name(), schema.to_value());
        Self { name: type_name(&name), description: description(&schema), roots: vec![Root::new(&name, schema)] }
    }

    /// Takes another first part of the names; what is no letter, digit or underscore becomes an underscore.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.name = type_name(name);
        self
    }

    /// Adds the events that a hub itself says, under the names that it has for them.
    #[cfg(feature = "hub")]
    #[must_use]
    pub fn hub(mut self, names: &crate::ControlNames) -> Self {
        use serde_json::json;

        use super::schema::EventSchema;
        use crate::hub::{EndReason, GapReason, Verdict};

        let number = json!({ "type": ["integer", "null"] });
        let topics = json!({ "type": "array", "items": { "type": "string" } });
        let hello = json!({
            "type": "object",
            "properties": {
                "verdict": { "enum": Verdict::WORDS },
                "reason": { "type": "string" },
                "live": topics,
                "liveOnly": { "const": true },
                "handle": { "type": "string" },
                "topics": topics,
                "refused": topics,
            },
            "required": ["verdict"],
        });
        let gap = json!({
            "type": "object",
            "properties": {
                "topic": { "type": "string" },
                "reason": { "enum": GapReason::ALL.map(GapReason::as_str) },
                "after": number,
                "through": number,
            },
            "required": ["topic", "reason", "after", "through"],
        });
        let end = json!({
            "type": "object",
            "properties": { "reason": { "enum": EndReason::ALL.map(EndReason::as_str) } },
            "required": ["reason"],
        });
        let changed = json!({
            "type": "object",
            "properties": { "topics": topics, "added": topics, "removed": topics, "reason": { "const": "revoked" } },
            "required": ["topics", "added", "removed"],
        });
        let member = json!({
            "type": "object",
            "properties": { "name": { "type": "string" }, "label": { "type": "string" } },
            "required": ["name"],
        });
        let presence = json!({
            "type": "object",
            "properties": {
                "topic": { "type": "string" },
                "here": { "type": "array", "items": member },
                "more": { "type": "integer" },
                "joined": member,
                "left": member,
                "cause": { "type": "string" },
            },
            "required": ["topic"],
        });
        let events = [
            (&names.hello, "How the subscription begins, or that its log is back.", hello),
            (&names.gap, "What is missing before the next event.", gap),
            (&names.topics, "Which topics the subscription reads from here on.", changed),
            (&names.presence, "Who is here, who came or who left.", presence),
            (&names.end, "Why the server ends the subscription.", end),
        ];
        let events = events.map(|(name, description, data)| EventSchema {
            name: name.as_str().to_owned(),
            description: Some(description.to_owned()),
            data: Some(data),
        });
        self.roots.push(Root { events: events.into(), ..Root::default() });
        self
    }

    /// Adds the events of another enum, which is sent on the same stream.
    ///
    /// An event that both have is one whose data is either's. Two types of one name are told apart by a number, such as
    /// `Person2`, unless they are the same.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.roots.extend(other.roots);
        self
    }
}

/// The file.
impl fmt::Display for EventTypes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        writeln!(f, "// Written by oriole-sse from `{name}`; a change here is lost.\n")?;
        f.write_str(JSON_TEXT)?;
        let (names, types) = named(&self.roots, name);
        for Named { name, schema, root } in types {
            f.write_str("\n")?;
            comment(f, "", description(schema).as_deref())?;
            writeln!(f, "export type {name} = {};", notation(schema, &names[root]))?;
        }
        f.write_str("\n")?;
        comment(f, "", self.description.as_deref())?;
        writeln!(f, "export interface {name}Map {{")?;
        let all = || {
            self.roots.iter().zip(&names).flat_map(|(root, names)| root.events.iter().map(move |event| (event, names)))
        };
        for (at, (event, _)) in all().enumerate() {
            // A property stands once, with what each of its name may be.
            if all().take(at).any(|(earlier, _)| earlier.name == event.name) {
                continue;
            }
            let alike = || all().filter(|(other, _)| other.name == event.name);
            comment(f, "  ", alike().find_map(|(event, _)| event.description.as_deref()))?;
            let data = alike().map(|(event, names)| match &event.data {
                Some(data) => notation(data, names),
                None => "undefined".to_owned(),
            });
            writeln!(f, "  {}: {};", key(&event.name), union(data))?;
        }
        writeln!(f, "}}")?;
        f.write_str(&SOURCE.replace("NAME", name))
    }
}

fn comment(f: &mut fmt::Formatter<'_>, indent: &str, text: Option<&str>) -> fmt::Result {
    let Some(text) = text else { return Ok(()) };
    // Nothing in it ends the comment.
    let text = text.replace("*/", "*\u{200B}/");
    let mut lines = text.lines();
    let (first, rest) = (lines.next().unwrap_or_default(), lines.collect::<Vec<_>>());
    if rest.is_empty() {
        return writeln!(f, "{indent}/** {first} */");
    }
    writeln!(f, "{indent}/**\n{indent} * {first}")?;
    for line in rest {
        writeln!(f, "{indent} *{}{line}", if line.is_empty() { "" } else { " " })?;
    }
    writeln!(f, "{indent} */")
}

const JSON_TEXT: &str = "\
declare const json: unique symbol;

/** A text of JSON of which `JSON.parse` makes a `T`. */
export type JsonText<T> = string & { readonly [json]: T };

declare global {
  interface JSON {
    parse<S extends JsonText<unknown>>(text: S): 0 extends 1 & S ? any : S extends JsonText<infer T> ? T : never;
  }
}
";

const SOURCE: &str = "
/** The event of a listener; one whose type has no content has empty data. */
export type NAMEEvent<K extends keyof NAMEMap> =
  | globalThis.MessageEvent<[NAMEMap[K]] extends [undefined] ? \"\" : JsonText<NAMEMap[K]>>
  | (K extends \"open\" | \"error\" ? globalThis.Event : never);

/** An `EventSource` that knows its events: `new EventSource(url) as NAMESource`. */
export interface NAMESource extends Omit<globalThis.EventSource, \"addEventListener\" | \"removeEventListener\" | \"onmessage\"> {
  onmessage: ((event: \"message\" extends keyof NAMEMap ? NAMEEvent<\"message\"> : globalThis.MessageEvent<string>) => unknown) | null;
  addEventListener<K extends keyof NAMEMap>(
    type: K,
    listener: (event: NAMEEvent<K>) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: Exclude<\"open\" | \"error\", keyof NAMEMap>,
    listener: (event: globalThis.Event) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof NAMEMap>(
    type: K,
    listener: (event: NAMEEvent<K>) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: Exclude<\"open\" | \"error\", keyof NAMEMap>,
    listener: (event: globalThis.Event) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
}
";
