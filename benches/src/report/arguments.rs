//! What the programs of this folder are told in the same words, and what they leave behind.

use super::{Machine, Results, json, table};
use std::io;
use std::path::{Path, PathBuf};

/// The command line of a program that compares: its own words, `--quick` and `--json FILE`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arguments {
    /// Everything else, in order.
    pub words: Vec<String>,
    /// Everything once, as small as can be: the figures mean nothing.
    pub is_quick: bool,
    json: Option<PathBuf>,
}

impl Arguments {
    /// Those of this process.
    #[must_use]
    pub fn read() -> Self {
        Self::of(std::env::args().skip(1))
    }

    fn of(mut given: impl Iterator<Item = String>) -> Self {
        let mut this = Self::default();
        while let Some(word) = given.next() {
            match word.as_str() {
                "--quick" => this.is_quick = true,
                "--json" => this.json = given.next().map(PathBuf::from),
                _ => this.words.push(word),
            }
        }
        this
    }

    /// How many rounds: the first word, if it is a number; 1 if it is to be quick.
    #[must_use]
    pub fn rounds(&self, unless_said: usize) -> usize {
        let said = self.words.first().and_then(|rounds| rounds.parse().ok());
        if self.is_quick { 1 } else { said.unwrap_or(unless_said) }
    }

    /// Prints the tables, and writes the same as JSON where it is wanted.
    ///
    /// # Errors
    ///
    /// The system's, if the file cannot be written.
    #[allow(clippy::print_stdout, reason = "the tables are what the programs are for")]
    pub fn report(&self, all: &[Results]) -> io::Result<()> {
        all.iter().for_each(|results| println!("{}", table(results)));
        let Some(path) = &self.json else { return Ok(()) };
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        std::fs::write(path, format!("{:#}\n", json(all, &Machine::here())))
    }
}

#[cfg(test)]
mod tests {
    use super::Arguments;

    fn of(line: &str) -> Arguments {
        Arguments::of(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn own_words_are_kept_apart() {
        let arguments = of("31 --json out/it.json chat");
        assert_eq!((arguments.rounds(5), &arguments.words[1..]), (31, &["chat".to_owned()][..]));
        assert_eq!(arguments.json.as_deref(), Some("out/it.json".as_ref()));
        assert_eq!((of("chat").rounds(5), of("31 --quick").rounds(5)), (5, 1));
    }
}
