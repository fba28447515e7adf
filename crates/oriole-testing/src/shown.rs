//! How much of a long text a message shows.

use std::borrow::Cow;

/// How many bytes of a text a message shows.
const SHOWN_BYTES_MAX: usize = 2048;

/// A text, or the beginning of a long one with what is left out.
pub(crate) fn shown(text: &str) -> Cow<'_, str> {
    if text.len() <= SHOWN_BYTES_MAX {
        return Cow::Borrowed(text);
    }
    let end = text.floor_char_boundary(SHOWN_BYTES_MAX);
    Cow::Owned(format!("{}.. and {} bytes more", &text[..end], text.len() - end))
}

#[cfg(test)]
mod tests {
    use super::{SHOWN_BYTES_MAX, shown};

    #[test]
    fn a_long_text_is_cut_where_a_character_ends() {
        let whole = "x".repeat(SHOWN_BYTES_MAX);
        assert_eq!(shown(&whole), whole);
        let long = format!("{}ü and so on", "x".repeat(SHOWN_BYTES_MAX - 1));
        let end = format!("x.. and {} bytes more", "ü and so on".len());
        assert!(shown(&long).ends_with(&end), "{}", shown(&long));
    }
}
