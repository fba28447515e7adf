//! garde's rules behind our trait.

use super::words::Words;
use super::{Validate, Violations};

impl<T: garde::Validate> Validate for T {
    type Context = T::Context;

    fn validate(&self, context: &T::Context, violations: &mut Violations) {
        let checked = garde::i18n::with_i18n(Words, || self.validate_with(context));
        for (path, error) in checked.err().into_iter().flat_map(garde::Report::into_inner) {
            // `items[0].name` is `items.0.name` in Nest.
            let path = path.to_string().replace('[', ".").replace(']', "");
            violations.add(path.trim_start_matches('.'), error.message());
        }
    }
}
