//! One pattern.

use std::fmt;
use std::str::FromStr;

use super::PatternError;
use crate::store::Topic;

/// Stands for all topics that it matches.
///
/// It is the path of a [`URLPattern`](https://urlpattern.spec.whatwg.org), as far as that can be matched in one pass: a topic is cut
/// at its slashes; `:name` is one segment, which is not empty; `*`, as the last segment, is the rest, which may be. What is
/// neither is itself. Groups, modifiers, regular expressions and escapes are refused.
///
/// [`Hub::subscribe`](crate::Hub::subscribe) takes one instead of a topic. The subscription is one like any other, with ids, resume and the policies
/// of slow readers: the hub gathers the events of all matching topics in a log of the pattern's own. It does so from the first
/// subscription until [`HubOptions::topic_linger`](crate::HubOptions::topic_linger) after the last one has left. Whoever resumes after that is told of a `gap` with the
/// reason `restart`, before the next event. Let frames name their topics by
/// [`HubOptions::topic_naming`](crate::HubOptions::topic_naming).
///
/// An event costs an append more for each pattern that matches it, and nothing for those that do not, however many there are.
/// A store tells a hub of the topics that are open, and may tell it of others: the stores of this crate do, so that patterns see every
/// event; with a store that several processes share, do not rely on it.
///
/// A pattern opens all that it matches: where clients choose it, look at it first.
///
/// # Examples
///
/// ```
/// use futures_util::StreamExt;
/// use oriole_sse::{Hub, HubOptions, MessageEvent, Pattern, TopicNaming};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let alerts = Pattern::new("rooms/:room/alerts")?;
/// assert!(alerts.matches("rooms/7/alerts") && !alerts.matches("rooms/7/chat"));
///
/// let hub = Hub::new(HubOptions::default().topic_naming(TopicNaming::InType));
/// let mut all = hub.subscribe(&alerts).await?.skip(1);
/// hub.publish("rooms/7/chat", MessageEvent::new("hello")).await?;
/// hub.publish("rooms/8/alerts", MessageEvent::new("too warm")).await?;
/// let event = all.next().await.ok_or("an event")?;
/// assert_eq!(event.fields().event_type.map(|name| name.as_str()), Some("rooms/8/alerts"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    text: Box<str>,
}

/// What a segment stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Segment<'a> {
    Exact(&'a str),
    One,
    Rest,
}

impl Pattern {
    /// The longest pattern, in bytes.
    pub const BYTES_MAX: usize = Topic::BYTES_MAX - Topic::PATTERN_PREFIX.len();
    /// How many segments a pattern has at most.
    pub const SEGMENTS_MAX: usize = 16;
    /// How many parameters a pattern has at most, so that what a topic costs is bounded, whatever patterns there are.
    pub const PARAMETERS_MAX: usize = 4;

    /// Checks a text and takes it as a pattern.
    ///
    /// # Errors
    ///
    /// [`PatternError`].
    pub fn new(text: impl AsRef<str>) -> Result<Self, PatternError> {
        let text = text.as_ref();
        if text.is_empty() {
            return Err(PatternError::Empty);
        }
        if text.len() > Self::BYTES_MAX {
            return Err(PatternError::TooLong { bytes_max: Self::BYTES_MAX });
        }
        if text.chars().any(char::is_control) {
            return Err(PatternError::ControlCharacter);
        }
        if text.contains(['(', ')', '{', '}', '?', '+', '\\']) {
            return Err(PatternError::Reserved);
        }
        let segments: Vec<_> = text.split('/').collect();
        if segments.len() > Self::SEGMENTS_MAX {
            return Err(PatternError::TooManySegments { segments_max: Self::SEGMENTS_MAX });
        }
        for (at, segment) in segments.iter().enumerate() {
            let is_last = at + 1 == segments.len();
            if segment.contains('*') && !(is_last && *segment == "*") {
                return Err(PatternError::Star);
            }
            if segment.contains(':') && !segment.strip_prefix(':').is_some_and(is_name) {
                return Err(PatternError::Parameter);
            }
        }
        if text.matches(':').count() > Self::PARAMETERS_MAX {
            return Err(PatternError::TooManyParameters { parameters_max: Self::PARAMETERS_MAX });
        }
        Ok(Self { text: text.into() })
    }

    /// Says whether a topic is one of those it stands for.
    #[must_use]
    pub fn matches(&self, topic: &str) -> bool {
        let mut given = topic.split('/');
        for segment in self.segments() {
            let fits = match (segment, given.next()) {
                (Segment::Rest, rest) => return rest.is_some(),
                (Segment::Exact(expected), Some(given)) => expected == given,
                (Segment::One, Some(given)) => !given.is_empty(),
                (_, None) => false,
            };
            if !fits {
                return false;
            }
        }
        given.next().is_none()
    }

    /// Shows the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn segments(&self) -> impl Iterator<Item = Segment<'_>> {
        self.text.split('/').map(|segment| match segment {
            "*" => Segment::Rest,
            parameter if parameter.starts_with(':') => Segment::One,
            exact => Segment::Exact(exact),
        })
    }

    /// Gives the pattern whose log a topic is.
    pub(crate) fn of(topic: &Topic) -> Option<Self> {
        Self::new(topic.as_str().strip_prefix(Topic::PATTERN_PREFIX)?).ok()
    }
}

fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && characters.all(|other| other.is_alphanumeric() || other == '_')
}

impl From<&Pattern> for Topic {
    fn from(pattern: &Pattern) -> Self {
        Self::of_pattern(&pattern.text)
    }
}

impl From<Pattern> for Topic {
    fn from(pattern: Pattern) -> Self {
        Self::from(&pattern)
    }
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        Self::new(text)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
