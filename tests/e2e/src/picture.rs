//! Screenshots.

use std::path::{Path, PathBuf};
use std::{env, fs};

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A picture in the PNG format.
#[derive(Clone, PartialEq, Eq)]
pub struct Png {
    bytes: Vec<u8>,
}

impl Png {
    /// Takes the bytes of a picture.
    ///
    /// # Panics
    ///
    /// When they are no PNG.
    #[must_use]
    #[track_caller]
    pub fn new(bytes: Vec<u8>) -> Self {
        assert!(bytes.starts_with(SIGNATURE) && bytes.len() > 24, "{} bytes that are no PNG", bytes.len());
        Self { bytes }
    }

    /// Width and height in pixels.
    #[must_use]
    pub fn size(&self) -> (u32, u32) {
        // The first chunk is the header: 8 bytes of length and name, then width and height.
        let number = |at: usize| self.bytes[at..at + 4].iter().fold(0, |sum, byte| (sum << 8) | u32::from(*byte));
        (number(16), number(20))
    }

    /// The length of the file. A page with words on it takes more than an empty page of the same size.
    #[must_use]
    pub fn length(&self) -> usize {
        self.bytes.len()
    }

    /// Writes the file, and the folders above it.
    ///
    /// # Panics
    ///
    /// When it cannot be written.
    #[track_caller]
    pub fn write(&self, path: &Path) {
        let folder = path.parent().unwrap_or(path);
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(path, &self.bytes));
        written.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

impl std::fmt::Debug for Png {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Png").field("size", &self.size()).field("length", &self.length()).finish()
    }
}

/// Where a picture belongs: in the documentation, if it is missing there or wanted anew, and otherwise among the files that
/// nobody keeps.
#[must_use]
pub fn picture_path(name: &str) -> PathBuf {
    let published = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/pictures").join(name);
    let wanted = env::var_os("ORIOLE_UPDATE_PICTURES").is_some_and(|value| value == "1");
    if wanted || !published.exists() { published } else { env::temp_dir().join(name) }
}
