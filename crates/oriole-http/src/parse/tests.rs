//! What parses and what does not; the messages are Nest's.

use super::{ParseArray, ParseBool, ParseDate, ParseEnum, ParseFloat, ParseInt, ParseUuid};
use serde::Deserialize;
use serde_json::{Value, json};
use std::fmt::Debug;
use std::time::UNIX_EPOCH;

/// Each value with what is to come of it.
#[track_caller]
fn check<T: for<'de> Deserialize<'de>, R: PartialEq + Debug>(
    show: impl Fn(T) -> R,
    cases: &[(Value, Result<R, &str>)],
) {
    for (value, expected) in cases {
        let read = T::deserialize(value).map(&show).map_err(|error| error.to_string());
        assert_eq!(read.as_ref().map_err(String::as_str), expected.as_ref().map_err(|text| *text), "{value}");
    }
}

/// Parity: PIP.17.
#[test]
fn numbers() {
    const NO: Result<i64, &str> = Err("Validation failed (numeric string is expected)");
    let cases = [
        (json!("12"), Ok(12)),
        (json!("-12"), Ok(-12)),
        (json!(7), Ok(7)),
        (json!("12abc"), NO),
        (json!("1.5"), NO),
        (json!("+1"), NO),
        (json!("-"), NO),
        (json!(""), NO),
        (json!(" 1"), NO),
        (json!(1.5), NO),
        (json!(null), NO),
        (json!("99999999999999999999"), NO),
    ];
    check(|ParseInt(number)| number, &cases);
    let no = Err("Validation failed (numeric string is expected)");
    let cases = [(json!("255"), Ok(255_u8)), (json!("256"), no), (json!("-1"), no)];
    check(|ParseInt(number)| number, &cases);
    let no = Err("Validation failed (numeric string is expected)");
    let cases = [
        (json!("1.5"), Ok(1.5)),
        (json!("-3"), Ok(-3.0)),
        (json!(2), Ok(2.0)),
        (json!("1e3"), Ok(1000.0)),
        (json!("NaN"), no),
        (json!("1.5kg"), no),
        (json!(null), no),
    ];
    check(|ParseFloat(number): ParseFloat| number, &cases);
    let no = Err("Validation failed (numeric string is expected)");
    let cases = [(json!("1.5"), Ok(1.5_f32)), (json!("1e38"), Ok(1e38)), (json!("-1e39"), no), (json!(1e39), no)];
    check(|ParseFloat(number)| number, &cases);
    let no = Err("Validation failed (numeric string is expected)");
    check(|ParseFloat(number)| number, &[(json!("1e308"), Ok(1e308_f64)), (json!("1e309"), no)]);
}

/// Parity: PIP.17, PIP.18.
#[test]
fn words() {
    let no = Err("Validation failed (boolean string is expected)");
    let cases =
        [(json!("true"), Ok(true)), (json!(false), Ok(false)), (json!("TRUE"), no), (json!(1), no), (json!(null), no)];
    check(|ParseBool(value)| value, &cases);

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(try_from = "u8")]
    struct Level(u8);
    impl TryFrom<u8> for Level {
        type Error = &'static str;
        fn try_from(level: u8) -> Result<Self, &'static str> {
            if level < 3 { Ok(Self(level)) } else { Err("no such level") }
        }
    }
    let no = Err("Validation failed (enum string is expected)");
    let cases = [(json!("0"), Ok(0)), (json!(2), Ok(2)), (json!("3"), no), (json!("a"), no), (json!(null), no)];
    check(|ParseEnum(Level(level))| level, &cases);
}

/// Parity: PIP.9.
#[test]
fn uuids() {
    fn id(version: char, variant: char) -> Value {
        json!(format!("936da01f-9abd-{version}d9d-{variant}0c7-02af85c822a8"))
    }
    for version in '1'..='8' {
        assert!(ParseUuid::<0>::deserialize(id(version, '8')).is_ok(), "{version}");
    }
    let ends = ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"];
    for end in ends {
        assert!(end.parse::<ParseUuid>().is_ok(), "{end}");
        assert!(end.parse::<ParseUuid<4>>().is_err(), "{end}");
    }
    let no = Err("Validation failed (uuid is expected)");
    let cases =
        [(id('9', '8'), no), (id('4', 'c'), no), (json!("936da01f9abd4d9d80c702af85c822a8"), no), (json!("ééé"), no)];
    check(|_: ParseUuid| (), &cases.map(|(value, expected): (Value, Result<(), &str>)| (value, expected)));
    let not_text = Err("The value passed as UUID is not a string");
    let no = Err("Validation failed (uuid v 4 is expected)");
    let cases = [(id('4', '8'), Ok(())), (id('1', '8'), no), (json!(1), not_text), (json!(null), not_text)];
    check(|_: ParseUuid<4>| (), &cases);
}

#[test]
fn arrays() {
    let cases = [
        (json!(" 1,2 "), Ok(vec![1_u32, 2])),
        (json!(["1", 2]), Ok(vec![1, 2])),
        (json!("1, 2"), Err("[1] item must be a number")),
        (json!(""), Err("[0] item must be a number")),
        (json!(7), Err("Validation failed (parsable array expected)")),
        (json!(null), Err("Validation failed (parsable array expected)")),
    ];
    check(|ParseArray(items): ParseArray<u32>| items, &cases);
    let cases = [(json!(""), Ok(vec![String::new()])), (json!("a, b"), Ok(vec!["a".to_owned(), " b".to_owned()]))];
    check(|ParseArray(items): ParseArray<String>| items, &cases);
    let cases = [(json!("true-false"), Ok(vec![true, false])), (json!("1"), Err("[0] item must be a boolean value"))];
    check(|ParseArray(items): ParseArray<bool, '-'>| items, &cases);
}

#[test]
fn dates() {
    let (none, no) = (Err("Validation failed (no Date provided)"), Err("Validation failed (invalid date format)"));
    let cases = [
        (json!("1970"), Ok(0)),
        (json!("1970-02"), Ok(31 * 86_400_000)),
        (json!("2024-02-29"), Ok(1_709_164_800_000)),
        (json!("2026-11-22T10:30:15.25Z"), Ok(1_795_343_415_250)),
        (json!("2026-11-22T12:30+02:00"), Ok(1_795_343_400_000)),
        (json!("1969-12-31T23:59:59Z"), Ok(-1_000)),
        (json!(1_000), Ok(1_000)),
        (json!("2023-02-29"), no),
        (json!("2024-13-01"), no),
        (json!("2024-01-01T24:00Z"), no),
        (json!("2024-01-01T10Z"), no),
        (json!("2024-01-01Té"), no),
        (json!("tomorrow"), no),
        (json!(true), no),
        (json!(""), none),
        (json!(null), none),
    ];
    let millis = |ParseDate(at)| match at.duration_since(UNIX_EPOCH) {
        Ok(span) => i64::try_from(span.as_millis()).unwrap(),
        Err(before) => -i64::try_from(before.duration().as_millis()).unwrap(),
    };
    check(millis, &cases);
}
