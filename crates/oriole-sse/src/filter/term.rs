//! One condition.

use serde_json::Value;

use super::{Filter, FilterError};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Term {
    pub(super) of: Operand,
    pub(super) test: Test,
}

/// What is looked at.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Operand {
    /// The event's type.
    Type,
    /// A value in the event's data, by the names on the way to it.
    Data(Vec<String>),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    /// One of these.
    Is(Vec<String>),
    IsNot(Vec<String>),
    Compares {
        below: bool,
        equal: bool,
        bound: f64,
    },
}

/// The longest first, so that none is taken for another.
const COMPARISONS: [(&str, bool, bool); 4] =
    [("<=", true, true), (">=", false, true), ("<", true, false), (">", false, false)];

impl Term {
    /// Reads `type=a|b`, `data.x!=a`, `data.x>=7`.
    pub(super) fn read(text: &str, number: usize) -> Result<Self, FilterError> {
        let none = FilterError::Term { number };
        let at = text.find(['=', '!', '<', '>']).ok_or(none)?;
        let (name, rest) = text.split_at(at);
        let of = match name.strip_prefix("data.") {
            None if name == "type" => Operand::Type,
            Some(path) => Operand::Data(path.split('.').map(str::to_owned).collect()),
            None => return Err(none),
        };
        if let Operand::Data(path) = &of {
            if path.len() > Filter::DEPTH_MAX {
                return Err(FilterError::TooDeep { depth_max: Filter::DEPTH_MAX });
            }
            if path.iter().any(String::is_empty) {
                return Err(none);
            }
        }
        let values = |text: &str| -> Vec<String> { text.split('|').map(str::to_owned).collect() };
        let comparison =
            COMPARISONS.iter().find_map(|(sign, below, equal)| Some((rest.strip_prefix(sign)?, *below, *equal)));
        let test = match (rest.strip_prefix("!="), rest.strip_prefix('='), comparison) {
            (Some(text), ..) => Test::IsNot(values(text)),
            (_, Some(text), _) => Test::Is(values(text)),
            (.., Some((text, below, equal))) if of != Operand::Type => {
                let bound: f64 = text.parse().ok().filter(|bound: &f64| bound.is_finite()).ok_or(none)?;
                Test::Compares { below, equal, bound }
            }
            _ => return Err(none),
        };
        Ok(Self { of, test })
    }

    /// Says whether a text, or nothing, is what is wanted.
    pub(super) fn passes_text(&self, text: Option<&str>) -> bool {
        match &self.test {
            Test::Is(wanted) => text.is_some_and(|text| wanted.iter().any(|wanted| wanted == text)),
            Test::IsNot(unwanted) => text.is_none_or(|text| unwanted.iter().all(|unwanted| unwanted != text)),
            Test::Compares { .. } => false,
        }
    }

    /// Says whether the value at the path is what is wanted.
    pub(super) fn passes_data(&self, path: &[String], data: &Value) -> bool {
        let value = path.iter().try_fold(data, |value, name| value.get(name));
        match (&self.test, value) {
            (Test::Compares { below, equal, bound }, Some(Value::Number(number))) => {
                number.as_f64().is_some_and(|number| {
                    (*below && number < *bound) || (!*below && number > *bound) || (*equal && number == *bound)
                })
            }
            (Test::Compares { .. }, _) => false,
            (_, Some(Value::String(text))) => self.passes_text(Some(text)),
            (_, Some(value @ (Value::Number(_) | Value::Bool(_) | Value::Null))) => {
                self.passes_text(Some(&value.to_string()))
            }
            (_, Some(Value::Array(_) | Value::Object(_)) | None) => self.passes_text(None),
        }
    }
}
