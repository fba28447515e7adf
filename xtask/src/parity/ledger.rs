//! The statements, the deviations and what has no counterpart, as they are written.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use toml::{Table, Value};

use crate::tidy::finding::Finding;
use crate::tidy::workspace::ReadError;

pub(super) const STATEMENTS: &str = "docs/parity/statements.toml";
pub(super) const DEVIATIONS: &str = "docs/parity/deviations.toml";
pub(super) const NO_COUNTERPART: &str = "docs/parity/no_counterpart.toml";
pub(super) const PAGE: &str = "docs/parity.md";
pub(super) const DESIGN: &str = "docs/design/README.md";

/// The files of the ledger, as texts.
pub(crate) struct Inputs {
    pub(super) statements: String,
    pub(super) deviations: String,
    pub(super) no_counterpart: String,
    /// Empty if the page was never written.
    pub(super) page: String,
    pub(super) design: String,
}

impl Inputs {
    pub(crate) fn read(root: &Path) -> Result<Self, ReadError> {
        let read = |path: &str| std::fs::read_to_string(root.join(path)).map_err(|error| format!("{path}: {error}"));
        Ok(Self {
            statements: read(STATEMENTS)?,
            deviations: read(DEVIATIONS)?,
            no_counterpart: read(NO_COUNTERPART)?,
            page: read(PAGE).unwrap_or_default(),
            design: read(DESIGN)?,
        })
    }
}

/// `GRD.3`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Code {
    pub(super) chapter: String,
    pub(super) number: usize,
}

impl Code {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (chapter, number) = text.split_once('.')?;
        let letters = chapter.len() == 3 && chapter.bytes().all(|byte| byte.is_ascii_uppercase());
        let digits = !number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit());
        if !letters || !digits {
            return None;
        }
        Some(Self { chapter: chapter.to_owned(), number: number.parse().ok()? })
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.chapter, self.number)
    }
}

/// How much of a chapter has a meaning here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Direct,
    Adapt,
    Bridge,
    Empty,
}

impl Verdict {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "direct" => Self::Direct,
            "adapt" => Self::Adapt,
            "bridge" => Self::Bridge,
            "empty" => Self::Empty,
            _ => return None,
        })
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Adapt => "adapt",
            Self::Bridge => "bridge",
            Self::Empty => "empty",
        }
    }
}

#[derive(Debug)]
pub(super) struct Chapter {
    pub(super) code: String,
    pub(super) title: String,
    pub(super) verdict: Verdict,
    pub(super) finished: bool,
    /// Statement 1 comes first.
    pub(super) statements: Vec<String>,
}

impl Chapter {
    /// Each statement with its code.
    pub(super) fn codes(&self) -> impl Iterator<Item = (Code, &str)> {
        let code = |at| Code { chapter: self.code.clone(), number: at + 1 };
        self.statements.iter().enumerate().map(move |(at, text)| (code(at), text.as_str()))
    }
}

#[derive(Debug)]
pub(super) struct Deviation {
    pub(super) differs: String,
    pub(super) why: String,
}

#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) chapters: Vec<Chapter>,
    pub(super) deviations: BTreeMap<Code, Deviation>,
    /// Statements about something that does not exist here, with the reason.
    pub(super) no_counterpart: BTreeMap<Code, String>,
}

impl Ledger {
    /// What can be read, and what cannot.
    pub(super) fn parse(inputs: &Inputs) -> (Self, Vec<Finding>) {
        let mut ledger = Self::default();
        let mut findings = Vec::new();
        for table in tables(STATEMENTS, &inputs.statements, "chapter", &mut findings) {
            match chapter(&table) {
                Ok(chapter) if ledger.chapter(&chapter.code).is_some() => {
                    let message = format!("the chapter {} stands twice", chapter.code);
                    findings.push(Finding::error(STATEMENTS, 0, message, "keep one"));
                }
                Ok(chapter) => ledger.chapters.push(chapter),
                Err(message) => findings.push(Finding::error(STATEMENTS, 0, message, SHAPE_OF_CHAPTER)),
            }
        }
        for table in tables(DEVIATIONS, &inputs.deviations, "deviation", &mut findings) {
            match deviation(&table) {
                Ok((code, deviation)) => {
                    let line = line_of(&inputs.deviations, &format!("\"{code}\""));
                    if !ledger.knows(&code) {
                        let message = format!("no statement is called {code}");
                        findings.push(Finding::error(DEVIATIONS, line, message, format!("see {STATEMENTS}")));
                    } else if ledger.deviations.insert(code.clone(), deviation).is_some() {
                        findings.push(Finding::error(DEVIATIONS, line, format!("{code} deviates twice"), "keep one"));
                    }
                }
                Err(message) => findings.push(Finding::error(DEVIATIONS, 0, message, SHAPE_OF_DEVIATION)),
            }
        }
        for table in tables(NO_COUNTERPART, &inputs.no_counterpart, "statement", &mut findings) {
            match no_counterpart(&table) {
                Ok((code, reason)) => {
                    let line = line_of(&inputs.no_counterpart, &format!("\"{code}\""));
                    let mut wrong = |message: String, fix: &str| {
                        findings.push(Finding::error(NO_COUNTERPART, line, message, fix));
                    };
                    if !ledger.knows(&code) {
                        wrong(format!("no statement is called {code}"), &format!("see {STATEMENTS}"));
                    } else if ledger.deviations.contains_key(&code) {
                        wrong(format!("{code} deviates, so it has a counterpart"), "keep one of the two");
                    } else if ledger.no_counterpart.insert(code.clone(), reason).is_some() {
                        wrong(format!("{code} stands twice"), "keep one");
                    }
                }
                Err(message) => findings.push(Finding::error(NO_COUNTERPART, 0, message, SHAPE_OF_NO_COUNTERPART)),
            }
        }
        (ledger, findings)
    }

    pub(super) fn chapter(&self, code: &str) -> Option<&Chapter> {
        self.chapters.iter().find(|chapter| chapter.code == code)
    }

    pub(super) fn knows(&self, code: &Code) -> bool {
        let chapter = self.chapter(&code.chapter);
        chapter.is_some_and(|chapter| (1..=chapter.statements.len()).contains(&code.number))
    }
}

const SHAPE_OF_CHAPTER: &str = "a chapter has `code`, `title`, `verdict` (direct, adapt, bridge, empty), `state` (open, finished) and a table \
     `says` with statements 1, 2, 3..";
const SHAPE_OF_DEVIATION: &str =
    "a deviation has `statement`, `differs` (what is different here) and `why` (why it is better for the user)";
const SHAPE_OF_NO_COUNTERPART: &str =
    "a statement has `code` and `reason` (what it is about, and why there is no such thing here)";

/// The tables of the list `name`; anything else in the file is a mistake.
fn tables(path: &str, text: &str, name: &str, findings: &mut Vec<Finding>) -> Vec<Table> {
    let mut file: Table = match text.parse() {
        Ok(file) => file,
        Err(error) => {
            findings.push(Finding::error(path, 0, format!("it cannot be read: {error}"), "mend its TOML"));
            return Vec::new();
        }
    };
    let list = match file.remove(name) {
        None => Vec::new(),
        Some(Value::Array(list)) => list,
        Some(other) => vec![other],
    };
    for key in file.keys() {
        findings.push(Finding::error(path, 0, format!("`{key}` means nothing"), format!("only `[[{name}]]` does")));
    }
    list.into_iter().map(|value| if let Value::Table(table) = value { table } else { Table::new() }).collect()
}

fn chapter(table: &Table) -> Result<Chapter, String> {
    let code = text(table, "code", "a chapter")?;
    if Code::parse(&format!("{code}.1")).is_none() {
        return Err(format!("`{code}` is no code of a chapter"));
    }
    let verdict = text(table, "verdict", &code)?;
    let state = text(table, "state", &code)?;
    let says = table.get("says").and_then(Value::as_table).ok_or_else(|| format!("{code} says nothing"))?;
    let mut statements = Vec::new();
    for number in 1..=says.len() {
        statements.push(text(says, &number.to_string(), &format!("{code}.{number}"))?);
    }
    Ok(Chapter {
        title: text(table, "title", &code)?,
        verdict: Verdict::parse(&verdict).ok_or_else(|| format!("{code}: `{verdict}` is no verdict"))?,
        finished: match state.as_str() {
            "finished" => true,
            "open" => false,
            other => return Err(format!("{code}: `{other}` is no state")),
        },
        code,
        statements,
    })
}

fn deviation(table: &Table) -> Result<(Code, Deviation), String> {
    let statement = text(table, "statement", "a deviation")?;
    let code = Code::parse(&statement).ok_or_else(|| format!("`{statement}` is no statement"))?;
    let (differs, why) = (text(table, "differs", &statement)?, text(table, "why", &statement)?);
    Ok((code, Deviation { differs, why }))
}

fn no_counterpart(table: &Table) -> Result<(Code, String), String> {
    let written = text(table, "code", "a statement")?;
    let code = Code::parse(&written).ok_or_else(|| format!("`{written}` is no statement"))?;
    Ok((code, text(table, "reason", &written)?))
}

fn text(table: &Table, key: &str, of: &str) -> Result<String, String> {
    let text = table.get(key).and_then(Value::as_str).unwrap_or_default().trim();
    if text.is_empty() { Err(format!("{of} has no text `{key}`")) } else { Ok(text.to_owned()) }
}

/// The first line that holds `needle`; 0 if none does.
pub(super) fn line_of(text: &str, needle: &str) -> usize {
    text.lines().position(|line| line.contains(needle)).map_or(0, |at| at + 1)
}
