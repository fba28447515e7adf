//! What the programs of this folder are told in the same words, and what they leave behind.

use super::{Machine, SoFar};
use std::path::PathBuf;
use std::time::Duration;

/// The command line of a program that compares: its own words, `--quick`, `--estimate` and `--json FILE`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arguments {
    /// Everything else, in order.
    pub words: Vec<String>,
    /// Everything once, as small as can be: the figures mean nothing.
    pub is_quick: bool,
    is_estimate: bool,
    json: Option<PathBuf>,
    /// As it was before anything was measured.
    machine: Machine,
}

impl Arguments {
    /// Those of this process, and the machine as it is now.
    #[must_use]
    pub fn read() -> Self {
        let mut this = Self::of(std::env::args().skip(1));
        if !this.is_estimate {
            this.machine = Machine::here(this.is_quick);
        }
        this
    }

    fn of(mut given: impl Iterator<Item = String>) -> Self {
        let mut this = Self::default();
        while let Some(word) = given.next() {
            match word.as_str() {
                "--quick" => this.is_quick = true,
                "--estimate" => this.is_estimate = true,
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

    /// Whether only the time is asked for that it would take, which is printed, in seconds.
    #[must_use]
    #[allow(clippy::print_stdout, reason = "`cargo xtask bench` reads it")]
    pub fn is_answered(&self, time: Duration) -> bool {
        if self.is_estimate {
            println!("{}", time.as_secs());
        }
        self.is_estimate
    }

    /// Takes what is measured, case by case.
    #[must_use]
    pub fn report(&self) -> SoFar<'_> {
        SoFar::new(&self.machine, self.json.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::Arguments;
    use std::time::Duration;

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

    #[test]
    fn who_asks_for_the_time_gets_nothing_else() {
        assert!(of("31 --estimate").is_answered(Duration::ZERO));
        assert!(!of("31").is_answered(Duration::ZERO));
    }
}
