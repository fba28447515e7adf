//! Every problem of an application in one text, built in a constant as well as at run time.

use crate::descriptor::Location;

/// Collects problems as text in a buffer that its caller owns.
///
/// A problem is written between [`begin`](Self::begin) and [`end`](Self::end). One that does not fit is left out whole and
/// counted, so that the text never breaks off in the middle of a word.
#[derive(Debug)]
pub struct Report<'a> {
    bytes: &'a mut [u8],
    len: usize,
    start: usize,
    overflow: bool,
    problems: usize,
    left_out: usize,
}

/// A place in a [`Report`].
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    len: usize,
    problems: usize,
    left_out: usize,
}

impl<'a> Report<'a> {
    /// An empty report that writes to `bytes`.
    #[must_use]
    pub const fn new(bytes: &'a mut [u8]) -> Self {
        Self { bytes, len: 0, start: 0, overflow: false, problems: 0, left_out: 0 }
    }

    /// How many problems were found, those that did not fit included.
    #[must_use]
    pub const fn problems(&self) -> usize {
        self.problems
    }

    /// Where the report stands now, for [`rewind`](Self::rewind).
    #[must_use]
    pub const fn mark(&self) -> Mark {
        Mark { len: self.len, problems: self.problems, left_out: self.left_out }
    }

    /// Forgets what was added since `mark`.
    pub const fn rewind(&mut self, mark: Mark) {
        self.len = mark.len;
        self.problems = mark.problems;
        self.left_out = mark.left_out;
    }

    /// Opens a problem with its code: `ORI001: `.
    pub const fn begin(&mut self, code: &str) {
        self.start = self.len;
        self.overflow = false;
        self.problems += 1;
        self.say("\n\n");
        self.say(code);
        self.say(": ");
    }

    /// Adds text as it is.
    pub const fn say(&mut self, text: &str) {
        let text = text.as_bytes();
        if self.overflow || self.len + text.len() > self.bytes.len() {
            self.overflow = true;
            return;
        }
        let mut i = 0;
        while i < text.len() {
            self.bytes[self.len + i] = text[i];
            i += 1;
        }
        self.len += text.len();
    }

    /// Adds a name from the user's source between backticks.
    pub const fn name(&mut self, name: &str) {
        self.say("`");
        self.say(name);
        self.say("`");
    }

    /// Adds a number.
    pub const fn number(&mut self, number: usize) {
        let mut digits = [0u8; 20];
        let mut at = digits.len();
        let mut rest = number;
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        let (_, digits) = digits.split_at(at);
        if let Ok(digits) = std::str::from_utf8(digits) {
            self.say(digits);
        }
    }

    /// Adds a line that says where: `  --> src/cats.rs:12:5`.
    pub const fn at(&mut self, at: Location) {
        self.say("\n  --> ");
        self.place(at);
    }

    /// Adds a place within a line: `src/cats.rs:12:5`.
    pub const fn place(&mut self, at: Location) {
        self.say(at.file);
        self.say(":");
        self.number(at.line as usize);
        self.say(":");
        self.number(at.column as usize);
    }

    /// Opens a line that says what to do.
    pub const fn help(&mut self) {
        self.say("\n  help: ");
    }

    /// Closes the problem.
    pub const fn end(&mut self) {
        if self.overflow {
            self.len = self.start;
            self.left_out += 1;
        }
    }

    /// The problems, without a heading.
    #[must_use]
    pub const fn body(&self) -> &str {
        let (head, _) = self.bytes.split_at(self.len);
        match std::str::from_utf8(head) {
            Ok(text) => text,
            Err(_) => "",
        }
    }

    /// Writes heading and problems to `out`: what the compiler prints, and what the error at boot says.
    #[must_use]
    pub const fn text<'b>(&self, root: &str, out: &'b mut [u8]) -> &'b str {
        let mut whole = Report::new(out);
        whole.name(root);
        whole.say(" cannot be wired: ");
        whole.number(self.problems);
        whole.say(if self.problems == 1 { " problem" } else { " problems" });
        whole.say(self.body());
        if self.left_out > 0 {
            whole.say("\n\n... and ");
            whole.number(self.left_out);
            whole.say(" more");
        }
        whole.say("\n\nEach code has a page in `oriole::errors`.\n");
        let Report { bytes, len, .. } = whole;
        let (head, _) = bytes.split_at(len);
        match std::str::from_utf8(head) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Report;
    use crate::descriptor::Location;

    #[test]
    fn a_problem_that_does_not_fit_is_left_out_whole_and_counted() {
        let mut bytes = [0; 40];
        let mut report = Report::new(&mut bytes);
        report.begin("ORI001");
        report.say("short");
        report.at(Location { file: "a.rs", line: 1, column: 20 });
        report.end();
        report.begin("ORI002");
        report.say("a text that does not fit into what is left");
        report.end();
        let mut out = [0; 400];
        let text = report.text("App", &mut out);
        assert!(text.starts_with("`App` cannot be wired: 2 problems\n\nORI001: short\n  --> a.rs:1:20\n"), "{text}");
        assert!(text.contains("... and 1 more"), "{text}");
        assert!(!text.contains("ORI002"), "{text}");
    }

    #[test]
    fn numbers() {
        let mut bytes = [0; 64];
        let mut report = Report::new(&mut bytes);
        report.number(0);
        report.say(" ");
        report.number(usize::MAX);
        assert_eq!(report.body(), format!("0 {}", usize::MAX));
    }
}
