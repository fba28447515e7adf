use std::collections::{BTreeMap, HashMap};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::EventTypes;
use super::notation::{key, notation, type_name};

#[test]
fn schemas_have_their_notation() {
    for (schema, expected) in [
        (json!(true), "unknown"),
        (json!(false), "never"),
        (json!({ "type": "integer", "format": "uint8", "minimum": 0 }), "number"),
        (json!({ "type": ["string", "null"] }), "string | null"),
        (json!({ "type": "array", "items": { "type": ["string", "null"] } }), "(string | null)[]"),
        (json!({ "type": "array", "prefixItems": [{ "type": "number" }, { "type": "boolean" }] }), "[number, boolean]"),
        (json!({ "type": "array", "maxItems": 0 }), "[]"),
        (json!({ "enum": ["a", 1, null, "a"] }), "\"a\" | 1 | null"),
        (json!({ "const": "it's \"so\"\n" }), r#""it's \"so\"\n""#),
        (json!({ "$ref": "#/$defs/Some.Type" }), "Some_Type"),
        (json!({ "anyOf": [{ "$ref": "#/$defs/A" }, { "type": "null" }] }), "A | null"),
        (
            json!({ "allOf": [{ "anyOf": [{ "type": "string" }, { "type": "null" }] }, { "$ref": "#/$defs/B" }] }),
            "(string | null) & B",
        ),
        (
            json!({ "type": "object", "properties": { "a-b": { "type": "string" }, "c": true }, "required": ["c"] }),
            "{ \"a-b\"?: string; c: unknown }",
        ),
        (json!({ "type": "object", "additionalProperties": { "type": "number" } }), "{ [key: string]: number }"),
        (
            json!({ "type": "object", "patternProperties": { "^\\d+$": { "type": "number" } }, "additionalProperties": false }),
            "{ [key: string]: number }",
        ),
        (json!({ "type": "object", "properties": {} }), "Record<string, never>"),
        (json!({ "type": "object" }), "{ [key: string]: unknown }"),
    ] {
        assert_eq!(notation(&schema), expected, "{schema}");
    }
    let mut deep = json!({ "type": "string" });
    for _ in 0..200 {
        deep = json!({ "type": "array", "items": deep });
    }
    assert!(notation(&deep).starts_with("unknown[]"));
}

#[test]
fn names_are_quoted_or_made_plain() {
    assert_eq!(
        (key("said"), key("price-changed"), key("7")),
        ("said".into(), "\"price-changed\"".into(), "\"7\"".into())
    );
    assert_eq!(
        (type_name("Page_of_Cat"), type_name("7 <x>"), type_name("")),
        ("Page_of_Cat".into(), "_7__x_".into(), "_".into())
    );
}

/// The lines of the map.
fn map<T: JsonSchema>() -> Vec<String> {
    let file = EventTypes::of::<T>().name("T").to_string();
    let lines =
        file.lines().skip_while(|line| *line != "export interface TMap {").skip(1).take_while(|line| *line != "}");
    lines.map(|line| line.trim().to_owned()).collect()
}

#[test]
fn each_way_to_tag_an_enum_has_its_events() {
    #[derive(Serialize, JsonSchema)]
    enum Units {
        A,
        #[serde(rename = "b-c")]
        B,
    }
    #[derive(Serialize, JsonSchema)]
    struct Wrapped(Units);
    #[derive(Serialize, JsonSchema)]
    #[serde(tag = "type")]
    enum Inner {
        A { n: u8 },
        B { n: u8 },
    }
    #[derive(Serialize, JsonSchema)]
    #[serde(tag = "t", content = "c")]
    enum Adjacent {
        A(u8),
        B,
    }
    #[derive(Serialize, JsonSchema)]
    #[serde(untagged)]
    enum Untagged {
        A(u8),
        B(String),
    }
    #[derive(Serialize, JsonSchema)]
    struct Plain {
        n: u8,
    }
    assert_eq!(map::<Units>(), ["A: undefined;", "\"b-c\": undefined;"]);
    assert_eq!(map::<Wrapped>(), map::<Units>());
    assert_eq!(map::<Inner>(), ["message: { n: number; type: \"A\" } | { n: number; type: \"B\" };"]);
    assert_eq!(map::<Adjacent>(), ["message: { c: number; t: \"A\" } | { t: \"B\" };"]);
    assert_eq!(map::<Untagged>(), ["message: number | string;"]);
    assert_eq!(map::<Plain>(), ["message: { n: number };"]);
    assert_eq!(map::<Vec<Option<u8>>>(), ["message: (number | null)[];"]);
    let _ = (Wrapped(Units::A), Units::B, Inner::A { n: 1 }, Inner::B { n: 1 }, Adjacent::A(1), Adjacent::B);
    let _ = (Untagged::A(1), Untagged::B(String::new()), Plain { n: 1 });
}

#[test]
fn serdes_attributes_and_descriptions_are_kept() {
    /// What is said */ here.
    #[derive(Serialize, JsonSchema)]
    #[serde(rename_all = "kebab-case", rename_all_fields = "camelCase")]
    enum Chat {
        /// Somebody spoke.
        ///
        /// To all.
        SpokeUp {
            who_spoke: String,
            #[serde(skip_serializing_if = "Option::is_none")]
            at_line: Option<u32>,
            #[serde(skip)]
            _hidden: u8,
            #[serde(flatten)]
            more: HashMap<String, bool>,
        },
        Moved(i32, i32),
        #[serde(rename = "message")]
        Plain(BTreeMap<u8, String>),
        Closed,
    }
    let file = EventTypes::of::<Chat>().to_string();
    assert!(file.contains("/** What is said *\u{200B}/ here. */\nexport interface ChatMap {\n"), "{file}");
    assert_eq!(
        map::<Chat>(),
        [
            // Those without content come first.
            "closed: undefined;",
            "/**",
            "* Somebody spoke.",
            "*",
            "* To all.",
            "*/",
            "\"spoke-up\": { atLine?: number | null; whoSpoke: string } & { [key: string]: boolean };",
            "moved: [number, number];",
            "message: { [key: string]: string };",
        ]
    );
    let _ = Chat::SpokeUp { who_spoke: String::new(), at_line: None, _hidden: 0, more: HashMap::new() };
    let _ = (Chat::Moved(1, 2), Chat::Plain(BTreeMap::new()), Chat::Closed);
}

#[test]
fn enums_of_one_stream_are_put_together() {
    #[derive(Serialize, JsonSchema)]
    struct Shared {
        n: Box<Option<Shared>>,
    }
    #[derive(Serialize, JsonSchema)]
    enum One {
        A(Shared),
    }
    #[derive(Serialize, JsonSchema)]
    enum Other {
        B(Shared),
    }
    let file = EventTypes::of::<One>().and(EventTypes::of::<Other>()).name("Both").to_string();
    assert!(file.contains("export interface BothMap {\n  A: Shared;\n  B: Shared;\n}\n"), "{file}");
    assert_eq!(file.matches("export type Shared = { n: Shared | null };").count(), 1, "{file}");
    let _ = (One::A(Shared { n: Box::new(None) }), Other::B(Shared { n: Box::new(None) }));
}

#[cfg(feature = "hub")]
#[test]
fn a_hubs_own_events_are_there_by_their_names() {
    use crate::{ControlNames, event_name};

    let names = ControlNames::default().gap(event_name!("stream.gap"));
    let file = EventTypes::of::<()>().name("T").hub(&names).to_string();
    for line in [
        "  hello: { handle?: string; live?: string[]; liveOnly?: true; reason?: string; refused?: string[]; topics?: string[]; verdict: \"live\" | \"resumed\" | \"gap\" | \"snapshot\" | \"refused\" };\n",
        "  \"stream.gap\": { after: number | null; reason: \"retention\" | ",
        "; through: number | null; topic: string };\n",
        "  topics: { added: string[]; reason?: \"revoked\"; removed: string[]; topics: string[] };\n",
        "  presence: { cause?: string; here?: { label?: string; name: string }[]; joined?: { label?: string; name: string }; ",
        "  end: { reason: ",
    ] {
        assert!(file.contains(line), "{line} in {file}");
    }
}
