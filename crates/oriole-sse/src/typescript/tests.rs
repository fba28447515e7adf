use std::collections::{BTreeMap, HashMap};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::EventTypes;
use super::names::{Names, definition};
use super::notation::{key, notation, type_name};

#[test]
fn schemas_have_their_notation() {
    let names = ["Some.Type", "A", "B"].map(|name| (definition(name), type_name(name)));
    let names = Names::given(names.iter().map(|(key, name)| (key.as_str(), name.as_str())));
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
        (json!({ "$ref": "#/$defs/A/properties/b" }), "unknown"),
        (json!({ "$ref": "https://example.org/b" }), "unknown"),
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
        assert_eq!(notation(&schema, &names), expected, "{schema}");
    }
    let mut deep = json!({ "type": "string" });
    for _ in 0..200 {
        deep = json!({ "type": "array", "items": deep });
    }
    assert!(notation(&deep, &names).starts_with("unknown[]"));
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

/// serde's own enum is data as well, where one of its variants holds it again.
#[test]
fn an_enum_that_holds_itself_has_a_name() {
    #[derive(Serialize, JsonSchema)]
    enum Thread {
        Said { text: String, replies: Vec<Thread> },
        Closed,
    }
    let file = EventTypes::of::<Thread>().name("T").to_string();
    let data = "export type Thread = \"Closed\" | { Said: { replies: Thread[]; text: string } };\n";
    assert!(file.contains(data), "{file}");
    assert_eq!(map::<Thread>(), ["Closed: undefined;", "Said: { replies: Thread[]; text: string };"]);
    let _ = (Thread::Said { text: String::new(), replies: Vec::new() }, Thread::Closed);
}

#[test]
fn a_type_named_as_one_of_the_files_own_has_a_number() {
    #[derive(Serialize, JsonSchema)]
    struct ChatEvent {
        n: u8,
    }
    #[derive(Serialize, JsonSchema)]
    struct Record {
        n: u8,
    }
    #[derive(Serialize, JsonSchema)]
    struct JsonText {
        n: u8,
    }
    #[derive(Serialize, JsonSchema)]
    #[schemars(rename = "string")]
    struct Text {
        n: u8,
    }
    #[derive(Serialize, JsonSchema)]
    enum Chat {
        A(ChatEvent),
        B(Record),
        C(JsonText),
        D(Text),
    }
    let file = EventTypes::of::<Chat>().to_string();
    for name in ["ChatEvent2", "Record2", "JsonText2", "string2"] {
        assert!(file.contains(&format!("export type {name} = {{ n: number }};\n")), "{name} in {file}");
        assert!(file.contains(&format!(": {name};\n")), "{name} in {file}");
    }
    let _ = (Chat::A(ChatEvent { n: 1 }), Chat::B(Record { n: 1 }), Chat::C(JsonText { n: 1 }), Chat::D(Text { n: 1 }));
}

/// An enum `Message` has a `MessageEvent`, and one named `Event` an `EventSource`: the browser's are meant where they stand.
#[test]
fn the_browsers_own_types_are_named_as_global() {
    for name in ["Message", "Event"] {
        let file = EventTypes::of::<u8>().name(name).to_string();
        for own in ["MessageEvent<[", "MessageEvent<string>", "Omit<EventSource", "Event : never", ": Event)"] {
            assert!(!file.contains(&format!(" {own}")) && !file.contains(&format!("Omit<{own}")), "{own}: {file}");
        }
        assert!(file.contains("extends Omit<globalThis.EventSource, ") && file.contains("| globalThis.MessageEvent<["));
    }
}

#[test]
fn references_are_read_as_they_are_written() {
    #[derive(Serialize, JsonSchema)]
    #[schemars(rename = "Größe/a~b 1%41")]
    struct Size {
        n: u8,
    }
    #[derive(Serialize, JsonSchema)]
    #[schemars(rename = "Größe.a~b 1%41")]
    struct Other {
        text: String,
    }
    #[derive(Serialize, JsonSchema)]
    enum Two {
        A(Size),
        B(Other),
    }
    let file = EventTypes::of::<Two>().name("T").to_string();
    // What is alike once it is made plain is told apart by a number.
    for line in [
        "export type Gr__e_a_b_1_41 = { text: string };\n",
        "export type Gr__e_a_b_1_412 = { n: number };\n",
        "  A: Gr__e_a_b_1_412;\n  B: Gr__e_a_b_1_41;\n",
    ] {
        assert!(file.contains(line), "{line} in {file}");
    }
    let _ = (Two::A(Size { n: 1 }), Two::B(Other { text: String::new() }));
}

/// One name is one property, whose data is either's; and one name of two types is two names.
#[test]
fn what_two_enums_name_alike_is_told_apart() {
    mod one {
        #[derive(serde::Serialize, schemars::JsonSchema)]
        pub(super) struct Inner {
            n: u8,
        }
        #[derive(serde::Serialize, schemars::JsonSchema)]
        pub(super) struct Same {
            inner: Inner,
        }
        #[derive(serde::Serialize, schemars::JsonSchema)]
        #[expect(dead_code, reason = "what matters is its schema")]
        pub(super) enum Events {
            Said(Same),
            Closed,
        }
    }
    mod other {
        #[derive(serde::Serialize, schemars::JsonSchema)]
        pub(super) struct Inner {
            text: String,
        }
        /// Written as that of the other module, and another by what it holds.
        #[derive(serde::Serialize, schemars::JsonSchema)]
        #[schemars(description = "")]
        pub(super) struct Same {
            inner: Inner,
        }
        #[derive(serde::Serialize, schemars::JsonSchema)]
        #[expect(dead_code, reason = "what matters is its schema")]
        pub(super) enum Events {
            Said(Same),
            Closed,
        }
    }
    let file = EventTypes::of::<one::Events>().and(EventTypes::of::<other::Events>()).name("T").to_string();
    assert!(file.contains("export interface TMap {\n  Closed: undefined;\n  Said: Same | Same2;\n}\n"), "{file}");
    for line in [
        "export type Inner = { n: number };\n",
        "export type Same = { inner: Inner };\n",
        "export type Inner2 = { text: string };\n",
        "export type Same2 = { inner: Inner2 };\n",
    ] {
        assert!(file.contains(line), "{line} in {file}");
    }
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
