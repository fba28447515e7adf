//! What a visitor sees of the samples.

mod sample_sse;
mod sample_sse_hub;
mod sample_sse_llm;
mod sse_console;
mod url_pattern;
