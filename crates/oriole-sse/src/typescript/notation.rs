//! A JSON schema in TypeScript's notation.

use serde_json::{Map, Value};

use super::names::Names;

/// Deeper than this a type is `unknown`; what recurs has a name, and is not looked into.
const DEPTH_MAX: usize = 64;

/// A type, such as `{ name: string; ages: number[] }`.
pub(super) fn notation(schema: &Value, names: &Names) -> String {
    Notation { names, depth: 0 }.of(schema)
}

/// A property's or an event's name; quoted where it is no plain word.
pub(super) fn key(name: &str) -> String {
    let mut chars = name.chars();
    let starts = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_' || c == '$');
    if starts && chars.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$') { name.into() } else { literal(name) }
}

/// A text in quotes.
pub(super) fn literal(text: &str) -> String {
    Value::from(text).to_string()
}

/// The name of a type, of any text.
pub(super) fn type_name(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' }).collect();
    if plain.starts_with(|c: char| c.is_ascii_digit()) || plain.is_empty() { format!("_{plain}") } else { plain }
}

#[derive(Clone, Copy)]
struct Notation<'n> {
    names: &'n Names,
    depth: usize,
}

impl Notation<'_> {
    fn of(self, schema: &Value) -> String {
        let Self { names, depth } = self;
        let inner = Self { names, depth: depth + 1 };
        let object = match schema {
            Value::Object(object) if depth < DEPTH_MAX => object,
            Value::Bool(false) => return "never".into(),
            _ => return "unknown".into(),
        };
        let mut parts = Vec::new();
        if let Some(path) = object.get("$ref").and_then(Value::as_str) {
            parts.push(names.of(path).unwrap_or("unknown").to_owned());
        }
        if let Some(value) = object.get("const") {
            parts.push(constant(value));
        } else if let Some(values) = object.get("enum").and_then(Value::as_array) {
            parts.push(union(values.iter().map(constant)));
        } else if let Some(one) = object.get("oneOf").or_else(|| object.get("anyOf")).and_then(Value::as_array) {
            parts.push(union(one.iter().map(|schema| inner.of(schema))));
            // What all of them have beside their own.
            parts.extend(object.contains_key("properties").then(|| inner.object(object)));
        } else if let Some(all) = object.get("allOf").and_then(Value::as_array) {
            parts.extend(all.iter().map(|schema| inner.of(schema)));
            parts.extend(object.contains_key("properties").then(|| inner.object(object)));
        } else {
            match object.get("type") {
                Some(Value::String(name)) => parts.push(inner.typed(name, object)),
                Some(Value::Array(names)) => {
                    let names = names.iter().filter_map(Value::as_str);
                    parts.push(union(names.map(|name| inner.typed(name, object))));
                }
                _ => {}
            }
        }
        match parts.len() {
            0 => "unknown".into(),
            1 => parts.remove(0),
            _ => parts.iter().map(|part| grouped(part)).collect::<Vec<_>>().join(" & "),
        }
    }

    fn typed(self, name: &str, schema: &Map<String, Value>) -> String {
        match name {
            "string" => "string".into(),
            "integer" | "number" => "number".into(),
            "boolean" => "boolean".into(),
            "null" => "null".into(),
            "array" => self.array(schema),
            "object" => self.object(schema),
            _ => "unknown".into(),
        }
    }

    fn array(self, schema: &Map<String, Value>) -> String {
        if let Some(items) = schema.get("prefixItems").and_then(Value::as_array) {
            let items: Vec<_> = items.iter().map(|item| self.of(item)).collect();
            return format!("[{}]", items.join(", "));
        }
        match schema.get("items") {
            Some(items) => format!("{}[]", grouped(&self.of(items))),
            None if schema.get("maxItems") == Some(&Value::from(0)) => "[]".into(),
            None => "unknown[]".into(),
        }
    }

    fn object(self, schema: &Map<String, Value>) -> String {
        let required: Vec<_> =
            schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let properties = schema.get("properties").and_then(Value::as_object);
        let fields = properties.into_iter().flatten().map(|(name, schema)| {
            let mark = if required.contains(&name.as_str()) { "" } else { "?" };
            format!("{}{mark}: {}", key(name), self.of(schema))
        });
        let fields: Vec<_> = fields.collect();
        let of_keys = schema.get("patternProperties").and_then(Value::as_object);
        let others: Vec<_> = match schema.get("additionalProperties") {
            Some(Value::Object(_)) => schema.get("additionalProperties").into_iter().collect(),
            _ => of_keys.into_iter().flat_map(Map::values).collect(),
        };
        let mut parts = Vec::new();
        if !fields.is_empty() {
            parts.push(format!("{{ {} }}", fields.join("; ")));
        }
        if !others.is_empty() {
            parts.push(format!("{{ [key: string]: {} }}", union(others.into_iter().map(|schema| self.of(schema)))));
        }
        match (parts.is_empty(), schema.get("additionalProperties")) {
            (false, _) => parts.join(" & "),
            (true, Some(Value::Bool(false))) | (true, None) if properties.is_some() => "Record<string, never>".into(),
            (true, _) => "{ [key: string]: unknown }".into(),
        }
    }
}

/// A value as the type that has it alone.
fn constant(value: &Value) -> String {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
        Value::Array(_) | Value::Object(_) => "unknown".into(),
    }
}

pub(super) fn union(parts: impl Iterator<Item = String>) -> String {
    let mut all: Vec<String> = Vec::new();
    for part in parts {
        if !all.contains(&part) {
            all.push(part);
        }
    }
    if all.is_empty() { "never".into() } else { all.join(" | ") }
}

/// In parentheses, where something stands around it.
fn grouped(part: &str) -> String {
    if part.contains(" | ") || part.contains(" & ") { format!("({part})") } else { part.into() }
}
