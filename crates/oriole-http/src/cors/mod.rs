//! Cross-origin resource sharing: which pages of other origins may read answers.

mod enable;
mod layer;
mod options;
mod origin;

pub use options::CorsOptions;
pub use origin::CorsOrigin;
