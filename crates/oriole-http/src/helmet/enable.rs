//! The one line that turns it on.

use super::{HelmetLayer, HelmetOptions};
use crate::Application;
use crate::application::Place;

impl Application {
    /// Adds the headers of helmet to every answer, event streams and errors included; none unless this is called (`HLM.1`).
    ///
    /// It stands outside everything else, wherever it is called. What a handler says itself stays. For a part of an
    /// application there is [`HelmetLayer`].
    ///
    /// # Errors
    ///
    /// The start fails with [`Error::Settings`](crate::Error::Settings) if a value cannot stand in a header, or a
    /// policy cannot be: without `default-src`, or with a keyword that has lost its quotes.
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole_http::{Application, HelmetOptions};
    ///
    /// fn configure(app: Application) -> Application {
    ///     app.enable_helmet(HelmetOptions::default())
    /// }
    /// # let _ = configure;
    /// ```
    pub fn enable_helmet(mut self, options: HelmetOptions) -> Self {
        let (layer, mistakes) = HelmetLayer::checked(options);
        for mistake in mistakes {
            self = self.mistake(mistake);
        }
        self.place(Place::Helmet, layer)
    }
}
