//! Replies of which a client sees a part, by groups.

mod interceptor;
mod reply;
mod rules;
#[cfg(test)]
mod tests;

pub use interceptor::SerializerInterceptor;
pub use reply::Serialized;
pub use rules::{Exposed, FieldRule, Fields};
