//! The filter itself.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use super::FilterError;
use super::term::{Operand, Term};
use crate::event::MessageEvent;

/// Says which events a subscriber wants, in a text that a client may send.
///
/// Terms stand between blanks, and all must hold: `type=price data.currency=EUR|USD data.value>=10`. A term is `type`, the
/// event's type as it goes out (`message` for one without), or `data.` and a path into the event's JSON; then `=` or `!=` with texts
/// between `|`, or `<`, `<=`, `>`, `>=` with a number. Numbers, truth values and `null` are their JSON where a text is asked for. What is not there
/// is equal to nothing.
///
/// It is no guard: an event whose data cannot be looked at, because it is longer than
/// [`HubOptions::filter_data_bytes_max`](crate::HubOptions::filter_data_bytes_max), passes.
///
/// # Examples
///
/// ```
/// use futures_util::StreamExt;
/// use oriole_sse::{Filter, Hub, MessageEvent};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let hub = Hub::default();
/// let filter: Filter = "data.currency=EUR data.value>1".parse()?;
/// let mut prices = hub.subscribe("prices").filter(filter).await?.skip(1);
/// for price in [r#"{"currency":"USD","value":2}"#, r#"{"currency":"EUR","value":1.17}"#] {
///     hub.publish("prices", MessageEvent::new(price)).await?;
/// }
/// let price = prices.next().await.ok_or("an event")?;
/// assert_eq!(price.fields().data, Some(r#"{"currency":"EUR","value":1.17}"#));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    text: Box<str>,
    terms: Vec<Term>,
    looks_at_data: bool,
}

impl Filter {
    /// The longest filter, in bytes.
    pub const BYTES_MAX: usize = 512;
    /// How many terms a filter has at most.
    pub const TERMS_MAX: usize = 8;
    /// How many names a path has at most.
    pub const DEPTH_MAX: usize = 4;

    /// Reads a filter.
    ///
    /// # Errors
    ///
    /// [`FilterError`].
    pub fn new(text: impl AsRef<str>) -> Result<Self, FilterError> {
        let text = text.as_ref();
        if text.len() > Self::BYTES_MAX {
            return Err(FilterError::TooLong { bytes_max: Self::BYTES_MAX });
        }
        let terms: Vec<_> = text.split(' ').filter(|term| !term.is_empty()).collect();
        if terms.is_empty() || terms.len() > Self::TERMS_MAX {
            return Err(FilterError::Terms { terms_max: Self::TERMS_MAX });
        }
        let terms: Result<Vec<_>, _> =
            terms.into_iter().zip(1..).map(|(term, number)| Term::read(term, number)).collect();
        let terms = terms?;
        let looks_at_data = terms.iter().any(|term| term.of != Operand::Type);
        Ok(Self { text: text.into(), terms, looks_at_data })
    }

    /// Shows the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Says whether an event is wanted. Its data is read once, if any term asks for it.
    pub(crate) fn passes(&self, event: &MessageEvent, data_bytes_max: usize) -> bool {
        let fields = event.fields();
        let name = fields.event_type.map_or("message", |name| name.as_str());
        let of_type = self.terms.iter().filter(|term| term.of == Operand::Type);
        if !of_type.clone().all(|term| term.passes_text(Some(name))) {
            return false;
        }
        let data = fields.data.unwrap_or_default();
        if !self.looks_at_data || data.len() > data_bytes_max {
            return true;
        }
        let data: Value = serde_json::from_str(data).unwrap_or_default();
        self.terms.iter().all(|term| match &term.of {
            Operand::Type => true,
            Operand::Data(path) => term.passes_data(path, &data),
        })
    }
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        Self::new(text)
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
