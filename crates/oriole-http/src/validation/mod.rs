//! Validation: arguments that are checked by rules, with every fault of a request in one answer.

mod extract;
mod options;
mod probe;
mod profile;
mod rules;
mod traits;
mod violation;
mod words;

pub use extract::{Valid, ValidBy};
pub use options::{ErrorFormat, ValidationOptions};
pub use profile::ValidationProfile;
pub use traits::Validate;
pub use violation::{Violation, Violations};
