//! What a visitor sees of the samples.

use std::path::{Path, PathBuf};

mod sample_sse;
mod sample_sse_llm;
mod url_pattern;

/// The picture in the documentation is written when it is missing or wanted anew, and otherwise left alone.
fn picture_path(name: &str) -> PathBuf {
    let published = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/images").join(name);
    let wanted = std::env::var_os("ORIOLE_UPDATE_IMAGES").is_some_and(|value| value == "1");
    if wanted || !published.exists() { published } else { Path::new(env!("CARGO_TARGET_TMPDIR")).join(name) }
}
