//! What Oriole costs, as ratios to others. See `benches/README.md` for what is compared with what.

pub mod chain;
pub mod fanout;
pub mod load;
pub mod measure;
pub mod report;
pub mod request;
pub mod scale;
pub mod serve;
