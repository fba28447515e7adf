//! Somebody who is here.

use std::sync::Arc;

/// Is somebody as others see them: a name that tells them apart, and a text to show.
///
/// Both are sent to everybody who watches the topic, so neither is a secret: a session's token is no name. All subscriptions with the same name
/// are one member, such as the tabs of one user.
///
/// # Examples
///
/// ```
/// use oriole_sse::Member;
///
/// let ann = Member::new("user-17").label("Ann");
/// assert_eq!((ann.name(), ann.shown()), ("user-17", Some("Ann")));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    name: Arc<str>,
    label: Option<Arc<str>>,
}

impl Member {
    /// Takes a name.
    #[must_use]
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self { name: name.into(), label: None }
    }

    /// Takes a text to show.
    #[must_use]
    pub fn label(mut self, label: impl Into<Arc<str>>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Shows the name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Shows the text to show, if there is one.
    #[must_use]
    pub fn shown(&self) -> Option<&str> {
        self.label.as_deref()
    }

    pub(super) fn name_text(&self) -> Arc<str> {
        Arc::clone(&self.name)
    }

    /// Tells how many bytes others are sent of it.
    pub(in crate::hub) fn bytes(&self) -> usize {
        self.name.len() + self.shown().map_or(0, str::len)
    }
}

impl<T: Into<Arc<str>>> From<T> for Member {
    fn from(name: T) -> Self {
        Self::new(name)
    }
}
