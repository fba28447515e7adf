//! What is left of a tree.

use super::rules::Filter;
use super::{FieldRule, Fields};
use serde_json::{Value, json};

const PETS: Fields = &[("chip", FieldRule::Groups(&["vet"]))];
const USER: Fields = &[
    ("password", FieldRule::Excluded),
    ("email", FieldRule::Groups(&["admin", "self"])),
    ("pets", FieldRule::Nested(PETS)),
];

#[track_caller]
fn check(filter: &Filter, expected: &Value) {
    let mut tree = json!([{
        "name": "Ann", "password": "x", "email": "a@b", "_id": 1, "pets": [{"name": null, "chip": 7, "_id": 2}],
        "friend": {"password": "y"}
    }]);
    filter.apply(&mut tree, USER);
    assert_eq!(&tree[0], expected);
}

#[test]
fn groups_prefixes_and_nulls() {
    let mut filter = Filter::default();
    let friend = json!({"password": "y"});
    let expected = json!({"name": "Ann", "_id": 1, "pets": [{"name": null, "_id": 2}], "friend": friend});
    check(&filter, &expected);
    filter.groups = vec!["self".to_owned(), "vet".to_owned()];
    filter.prefixes = vec!["_".to_owned()];
    filter.drops_nulls = true;
    let expected = json!({"name": "Ann", "email": "a@b", "pets": [{"chip": 7}], "friend": friend});
    check(&filter, &expected);
}
