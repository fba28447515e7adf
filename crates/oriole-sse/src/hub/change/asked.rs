//! What a client asks for.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

/// Says which topics a client wants to read from now on, as it sends it in JSON.
///
/// ```json
/// {"add": ["rooms/8"], "from": "earliest", "remove": ["rooms/7"]}
/// ```
///
/// Every part may be missing. `"only": true` takes away every topic that `add` does not name. `from` is for topics that are new: `now`,
/// if it is missing; `earliest`; a number of events (`20`) or a time (`15m`) back; or an id that the client has got. Names that are not
/// known are passed over.
///
/// # Examples
///
/// ```
/// use oriole_sse::TopicChanges;
///
/// let changes: TopicChanges = serde_json::from_str(r#"{"add": ["rooms/8"], "only": true}"#)?;
/// assert_eq!((changes.add, changes.only), (vec!["rooms/8".to_owned()], true));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TopicChanges {
    /// Topics that the client wants to read as well.
    pub add: Vec<String>,
    /// Topics that it wants to read no longer.
    pub remove: Vec<String>,
    /// Whether it wants to read no others than those that it names in `add`.
    pub only: bool,
    /// Where the new topics begin.
    pub from: Option<String>,
}

impl<'de> Deserialize<'de> for TopicChanges {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields)
    }
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = TopicChanges;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object that names topics")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TopicChanges, A::Error> {
        let mut changes = TopicChanges::default();
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "add" => changes.add = map.next_value()?,
                "remove" => changes.remove = map.next_value()?,
                "only" => changes.only = map.next_value()?,
                "from" => changes.from = map.next_value()?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(changes)
    }
}
