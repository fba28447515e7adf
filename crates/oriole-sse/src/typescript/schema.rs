//! Which events an enum has, by its JSON schema.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::names::{ROOT, definition, references, target};

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct EventSchema {
    pub(super) name: String,
    pub(super) description: Option<String>,
    /// What its data is in JSON; `None` where it has none.
    pub(super) data: Option<Value>,
}

/// What serde writes of one type: the events, and the types that they name.
#[derive(Clone, Debug, Default)]
pub(super) struct Root {
    pub(super) events: Vec<EventSchema>,
    /// By the references to them: what they are called, and their schemas.
    pub(super) types: BTreeMap<String, (String, Value)>,
}

impl Root {
    /// Reads the schema of a type of this name.
    pub(super) fn new(name: &str, mut schema: Value) -> Self {
        let definitions = schema.as_object_mut().and_then(|object| object.remove("$defs"));
        let mut types = BTreeMap::new();
        if let Some(Value::Object(definitions)) = definitions {
            types.extend(definitions.into_iter().map(|(name, schema)| (definition(&name), (name, schema))));
        }
        // A type that holds itself is referred to as the whole.
        let mut referred = BTreeSet::new();
        for schema in types.values().map(|(_, schema)| schema).chain([&schema]) {
            references(schema, &mut referred);
        }
        if referred.contains(ROOT) {
            types.insert(ROOT.into(), (name.into(), schema.clone()));
        }
        Self { events: events(&schema, &types), types }
    }
}

/// The events: an enum's variants where serde tags it with their names, or else one, `message`, whose data is all.
fn events(schema: &Value, types: &BTreeMap<String, (String, Value)>) -> Vec<EventSchema> {
    variants(resolved(schema, types)).unwrap_or_else(|| {
        let data = Some(schema.clone());
        vec![EventSchema { name: "message".into(), description: description(schema), data }]
    })
}

/// A type that only wraps an enum is that enum.
fn resolved<'s>(mut schema: &'s Value, types: &'s BTreeMap<String, (String, Value)>) -> &'s Value {
    for _ in 0..=types.len() {
        let named = schema.get("$ref").and_then(Value::as_str).and_then(target);
        match named.and_then(|key| types.get(&key)) {
            Some((_, definition)) => schema = definition,
            None => break,
        }
    }
    schema
}

fn variants(schema: &Value) -> Option<Vec<EventSchema>> {
    if let Some(names) = unit_names(schema) {
        return Some(names.into_iter().map(|name| EventSchema { name, description: None, data: None }).collect());
    }
    let mut events = Vec::new();
    for variant in schema.get("oneOf")?.as_array()? {
        let description = description(variant);
        if let Some(names) = unit_names(variant) {
            let units = names.into_iter().map(|name| (name, None));
            events.extend(units.map(|(name, data)| EventSchema { name, description: description.clone(), data }));
        } else {
            let (name, data) = tagged(variant)?;
            events.push(EventSchema { name: name.clone(), description, data: Some(data.clone()) });
        }
    }
    // The same name everywhere is a tag within the content.
    let mut names: Vec<_> = events.iter().map(|event| event.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    (names.len() == events.len()).then_some(events)
}

/// The names of variants without content.
fn unit_names(schema: &Value) -> Option<Vec<String>> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    if schema.get("type").and_then(Value::as_str) != Some("string") {
        return None;
    }
    match (schema.get("const"), schema.get("enum")) {
        (Some(name), _) => Some(vec![text(name)?]),
        (None, Some(names)) => names.as_array()?.iter().map(text).collect(),
        (None, None) => None,
    }
}

/// The name and the content of a variant: an object of one property, which is closed.
fn tagged(schema: &Value) -> Option<(&String, &Value)> {
    let properties: &Map<String, Value> = schema.get("properties")?.as_object()?;
    let is_closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
    let mut properties = properties.iter();
    let one = properties.next().filter(|_| is_closed)?;
    properties.next().is_none().then_some(one)
}

pub(super) fn description(schema: &Value) -> Option<String> {
    schema.get("description").and_then(Value::as_str).map(str::to_owned)
}
