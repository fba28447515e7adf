//! What a visitor sees of the samples.

mod sample_sse;
