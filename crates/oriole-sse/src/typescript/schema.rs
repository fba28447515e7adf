//! Which events an enum has, by its JSON schema.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct EventSchema {
    pub(super) name: String,
    pub(super) description: Option<String>,
    /// What its data is in JSON; `None` where it has none.
    pub(super) data: Option<Value>,
}

/// The schema of what serde writes, and the types that it names.
#[derive(Debug)]
pub(super) struct Root {
    pub(super) schema: Value,
    pub(super) definitions: BTreeMap<String, Value>,
}

impl Root {
    pub(super) fn new(mut schema: Value) -> Self {
        let definitions = schema.as_object_mut().and_then(|object| object.remove("$defs"));
        let definitions = match definitions {
            Some(Value::Object(definitions)) => definitions.into_iter().collect(),
            _ => BTreeMap::new(),
        };
        Self { schema, definitions }
    }

    /// The events: an enum's variants where serde tags it with their names, or else one, `message`, whose data is all.
    pub(super) fn events(&self) -> Vec<EventSchema> {
        self.variants().unwrap_or_else(|| {
            let data = Some(self.schema.clone());
            vec![EventSchema { name: "message".into(), description: description(&self.schema), data }]
        })
    }

    fn variants(&self) -> Option<Vec<EventSchema>> {
        let schema = self.resolved();
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

    /// A type that only wraps an enum is that enum.
    fn resolved(&self) -> &Value {
        let mut schema = &self.schema;
        for _ in 0..=self.definitions.len() {
            let named = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix("#/$defs/"));
            match named.and_then(|name| self.definitions.get(name)) {
                Some(definition) => schema = definition,
                None => break,
            }
        }
        schema
    }
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
