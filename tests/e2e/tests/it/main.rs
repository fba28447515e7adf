//! What a visitor sees of the samples.

mod sample_sse;
mod sample_sse_hub;
mod sample_sse_llm;
mod url_pattern;
