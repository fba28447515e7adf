//! One event.

use oriole_sse::ReceivedEvent;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// An event that a stream has sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestEvent(ReceivedEvent);

#[allow(clippy::must_use_candidate, reason = "an assertion is made for what it does")]
impl TestEvent {
    pub(super) fn new(event: ReceivedEvent) -> Self {
        Self(event)
    }

    /// The data.
    #[must_use]
    pub fn data(&self) -> &str {
        self.0.data()
    }

    /// The type; `message` where none was sent.
    #[must_use]
    pub fn event_type(&self) -> &str {
        self.0.event_type()
    }

    /// The last id up to this event; empty where none was sent.
    #[must_use]
    pub fn id(&self) -> &str {
        self.0.last_event_id()
    }

    /// The data, read as JSON.
    ///
    /// # Panics
    ///
    /// If it is none, or no `T`.
    #[must_use]
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_str(self.data())
            .unwrap_or_else(|error| panic!("its data is not the JSON: {error}\n  {self:?}"))
    }

    /// Checks the data.
    ///
    /// # Panics
    ///
    /// If it is other data.
    #[track_caller]
    pub fn assert_data(&self, data: &str) -> &Self {
        assert_eq!(self.data(), data, "the data of an event\n  {self:?}");
        self
    }

    /// Checks the data, compared as JSON.
    ///
    /// # Panics
    ///
    /// If it is other data, or no JSON.
    #[track_caller]
    pub fn assert_json(&self, expected: impl Serialize) -> &Self {
        let expected =
            serde_json::to_value(expected).unwrap_or_else(|error| panic!("what is expected is no JSON: {error}"));
        let data: Value = self.json();
        assert!(data == expected, "the data is\n  {data}\nand not\n  {expected}\n  {self:?}");
        self
    }

    /// Checks the type.
    ///
    /// # Panics
    ///
    /// If it is another.
    #[track_caller]
    pub fn assert_type(&self, event_type: &str) -> &Self {
        assert_eq!(self.event_type(), event_type, "the type of an event\n  {self:?}");
        self
    }

    /// Checks the id.
    ///
    /// # Panics
    ///
    /// If it is another.
    #[track_caller]
    pub fn assert_id(&self, id: &str) -> &Self {
        assert_eq!(self.id(), id, "the id of an event\n  {self:?}");
        self
    }
}
