//! Every kind of fault, all at once.

use super::reading::STRUCTS_MAX;
use super::{Collected, How, collect};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::IpAddr;

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Role {
    Admin,
    User,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Address {
    city: String,
    zip: Option<u16>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct User {
    name: String,
    age: u8,
    weight: f64,
    admin: bool,
    role: Role,
    address: Address,
    #[serde(default)]
    others: Vec<Address>,
    ip: IpAddr,
    #[serde(default)]
    marks: BTreeMap<u8, i8>,
}

const HOW: How = How { from_text: false, forbid_unknown: false, faults_max: 32 };

fn messages<T>(collected: &Collected<T>) -> Vec<String> {
    collected.faults.iter().map(super::Fault::message).collect()
}

#[track_caller]
fn check(tree: &Value, expected: &[&str]) {
    let collected: Collected<User> = collect(tree, How { forbid_unknown: true, ..HOW });
    assert_eq!(messages(&collected), expected);
    assert!(collected.value.is_some(), "a stand-in was found for every fault");
}

fn good() -> Value {
    json!({
        "name": "Ann", "age": 3, "weight": 3.5, "admin": true, "role": "user", "address": {"city": "Bern", "zip": null},
        "others": [{"city": "Ulm"}], "ip": "127.0.0.1", "marks": {"1": -1}
    })
}

#[test]
fn a_good_value_has_no_faults() {
    check(&good(), &[]);
    let collected: Collected<User> = collect(&good(), HOW);
    assert_eq!(collected.value, serde_json::from_value(good()).ok());
}

#[test]
fn a_float_that_its_type_would_make_infinite_is_none() {
    let read = |text: &str| messages(&collect::<(f32, f64)>(&json!([text, text]), How { from_text: true, ..HOW }));
    let no = |at: u8| format!("{at} must be a number conforming to the specified constraints");
    assert_eq!(read("1e38"), [""; 0]);
    assert_eq!(read("1e39"), [no(0)]);
    assert_eq!(read("1e309"), [no(0), no(1)]);
    assert_eq!(read("NaN"), [no(0), no(1)]);
}

#[test]
fn everything_missing_is_named_in_the_order_of_declaration() {
    check(
        &json!({}),
        &[
            "name must be a string",
            "age must be an integer number",
            "weight must be a number conforming to the specified constraints",
            "admin must be a boolean value",
            "role must be one of the following values: admin, user",
            "address must be an object",
            "ip must be a string",
        ],
    );
}

#[test]
fn everything_mistyped_is_named_with_its_path() {
    check(
        &json!({
            "name": 1, "age": 300, "weight": "3", "admin": "yes", "role": "king", "address": {"city": [], "zip": -1, "x": 1},
            "others": [{"city": "Ulm"}, {}, 7], "ip": "nowhere", "marks": {"1": 200}, "y": {"z": 1}
        }),
        &[
            "name must be a string",
            "age must not be greater than 255",
            "weight must be a number conforming to the specified constraints",
            "admin must be a boolean value",
            "role must be one of the following values: admin, user",
            "address.city must be a string",
            "address.zip must not be less than 0",
            "address.property x should not exist",
            "others.1.city must be a string",
            "others.2 must be an object",
            "ip invalid IP address syntax",
            "marks.1 must not be greater than 127",
            "property y should not exist",
        ],
    );
}

#[test]
fn a_struct_that_denies_unknown_fields_is_read_on() {
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Strict {
        #[allow(dead_code, reason = "only its absence matters")]
        a: u8,
    }
    let collected: Collected<Strict> = collect(&json!({"b": 1, "c": 2}), HOW);
    let expected = ["a must be an integer number", "property b should not exist", "property c should not exist"];
    assert_eq!(messages(&collected), expected);
}

#[test]
fn texts_are_parsed_where_all_values_are_texts() {
    #[derive(Debug, Deserialize, PartialEq)]
    struct Query {
        page: u32,
        tags: Vec<u8>,
        all: bool,
    }
    let how = How { from_text: true, ..HOW };
    let good: Collected<Query> = collect(&json!({"page": "2", "tags": "7", "all": "true"}), how);
    assert_eq!(good.value, Some(Query { page: 2, tags: vec![7], all: true }));
    let bad: Collected<Query> = collect(&json!({"page": "x", "tags": ["1", "y"], "all": "1"}), how);
    let expected =
        ["page must be an integer number", "tags.1 must be an integer number", "all must be a boolean value"];
    assert_eq!(messages(&bad), expected);
}

#[test]
fn faults_are_bounded() {
    let tree = Value::Array((0..100).map(|_| json!("x")).collect());
    for max in [1, 32] {
        let collected: Collected<Vec<u8>> = collect(&tree, How { faults_max: max, ..HOW });
        assert_eq!(collected.faults.len(), max);
        assert!(collected.value.is_none());
    }
    let tree = Value::Array((0..31).map(|_| json!("x")).collect());
    let collected: Collected<Vec<u8>> = collect(&tree, HOW);
    assert_eq!((collected.faults.len(), collected.value.map(|value| value.len())), (31, Some(31)));
}

/// Reading again and again costs no more than a bound.
#[test]
fn what_is_looked_at_is_bounded() {
    let mut items = vec![json!(1); 60_000];
    items.extend(vec![json!("x"); 30]);
    let collected: Collected<Vec<u8>> = collect(&Value::Array(items), HOW);
    assert_eq!(collected.faults.len(), 2);
}

/// A hostile body of nothing but unknown properties, or of nothing but structs, is not all remembered.
#[test]
fn what_is_remembered_is_bounded() {
    let unknown = |count: usize| Value::Object((0..count).map(|at| (format!("x{at}"), json!(1))).collect());
    for (sent, told) in [(7, 7), (8, 8), (9, 8), (1000, 8)] {
        let collected: Collected<Empty> = collect(&unknown(sent), How { forbid_unknown: true, faults_max: 8, ..HOW });
        assert_eq!(collected.faults.len(), told, "{sent}");
    }
    let mut items = vec![json!({"age": 1}); STRUCTS_MAX - 1];
    for count in [STRUCTS_MAX, STRUCTS_MAX, STRUCTS_MAX] {
        items.push(json!({"age": "old"}));
        let collected: Collected<Vec<Aged>> = collect(&Value::Array(items.clone()), HOW);
        assert_eq!(collected.structs(), count, "the list and its structs");
        assert_eq!(messages(&collected).last(), Some(&format!("{}.age must be an integer number", items.len() - 1)));
    }
}

#[derive(Debug, Deserialize)]
struct Empty {}

#[derive(Debug, Deserialize)]
struct Aged {
    #[allow(dead_code, reason = "only read")]
    age: u8,
}

/// A type that contains itself has no end of stand-ins; one that refuses all of them ends the search.
#[test]
fn a_fault_without_a_stand_in_ends_the_search() {
    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "never built")]
    enum Endless {
        Not(Box<Endless>),
    }
    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "never built")]
    struct Holder {
        a: u8,
        endless: Endless,
        z: u8,
    }
    let collected: Collected<Holder> = collect(&json!({"endless": 1}), HOW);
    assert!(collected.value.is_none());
    assert!(messages(&collected).contains(&"endless must be one of the following values: Not".to_owned()));
}

#[derive(Debug, Deserialize)]
#[serde(try_from = "u8")]
struct Even(#[allow(dead_code, reason = "only whether it is made matters")] u8);

impl TryFrom<u8> for Even {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, &'static str> {
        if number.is_multiple_of(2) { Ok(Self(number)) } else { Err("must be even") }
    }
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "only its faults matter")]
struct Pair {
    one: Even,
    other: u8,
}

#[test]
fn what_a_type_says_itself_has_the_place_of_the_value() {
    let how = How { from_text: false, forbid_unknown: false, faults_max: 10 };
    let read = collect::<Pair>(&json!({"one": 3, "other": "x"}), how);
    let messages: Vec<_> = read.faults.iter().map(super::Fault::message).collect();
    assert_eq!(messages, ["one must be even", "other must be an integer number"]);
}
