//! Response headers that make browsers careful.

mod enable;
mod layer;
mod options;
mod policy;

pub use layer::{Helmet, HelmetFuture, HelmetLayer};
pub use options::HelmetOptions;
pub use policy::ContentSecurityPolicy;
