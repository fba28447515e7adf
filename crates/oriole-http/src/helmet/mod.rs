//! Response headers that make browsers careful.

mod enable;
mod layer;
mod options;
mod policy;

pub use options::HelmetOptions;
pub use policy::ContentSecurityPolicy;
