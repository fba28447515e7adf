//! What a program has measured so far.

use super::{Machine, Results, json, table};
use std::io;
use std::path::{Path, PathBuf};

/// Prints a table as soon as it is there, and writes all that there are as JSON where it is wanted: who stops a long run, or sees it
/// break, keeps what was measured.
#[derive(Debug)]
pub struct SoFar<'a> {
    machine: &'a Machine,
    json: Option<PathBuf>,
    done: Vec<Results>,
}

impl<'a> SoFar<'a> {
    pub(super) fn new(machine: &'a Machine, json: Option<PathBuf>) -> Self {
        Self { machine, json, done: Vec::new() }
    }

    /// Adds what a case gave.
    ///
    /// # Errors
    ///
    /// The system's, if the file cannot be written.
    #[allow(clippy::print_stdout, reason = "the tables are what the programs are for")]
    pub fn add(&mut self, results: Results) -> io::Result<()> {
        println!("{}", table(&results, self.machine));
        self.done.push(results);
        let Some(path) = &self.json else { return Ok(()) };
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        std::fs::write(path, format!("{:#}\n", json(&self.done, self.machine)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Machine, Results, SoFar};
    use serde_json::Value;

    #[test]
    fn what_was_measured_is_there_before_the_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, machine) = (folder.path().join("new/it.json"), Machine::default());
        let mut so_far = SoFar::new(&machine, Some(path.clone()));
        for (name, count) in [("first", 1), ("second", 2)] {
            so_far.add(Results::new(name, &[])).expect("it can be written");
            let written: Value = std::fs::read_to_string(&path).expect("a file").parse().expect("it is JSON");
            assert_eq!(written["cases"].as_array().map(Vec::len), Some(count));
            assert_eq!(written["cases"][count - 1]["name"], name);
        }
    }
}
