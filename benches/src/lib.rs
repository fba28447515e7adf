//! What Oriole costs, as ratios to hand-written axum. See `benches/README.md` for what is compared with what.

pub mod measure;
pub mod request;
pub mod scale;
