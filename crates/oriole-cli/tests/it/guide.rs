//! The guide's chapter on the command line says what the program says.

use std::collections::BTreeSet;
use std::path::Path;

use crate::project::oriole;

fn chapter() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide/35-command-line.md");
    std::fs::read_to_string(path).expect("the chapter")
}

fn help() -> String {
    String::from_utf8(oriole(Path::new("."), &["--help"]).stdout).expect("text")
}

/// The cells of the chapter's tables, without their marks of code.
fn rows(chapter: &str) -> Vec<Vec<String>> {
    let row = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().replace('`', "")).collect();
    chapter.lines().filter(|line| line.starts_with('|')).map(row).collect()
}

/// `--flat`, `-d` and the like.
fn options(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    words.filter(|word| word.starts_with('-') && word.contains(char::is_alphabetic)).map(str::to_owned).collect()
}

#[test]
fn the_chapter_has_the_commands_and_options_of_the_help() {
    let (help, chapter) = (help(), chapter());
    let rows = rows(&chapter);
    let written: String = rows.concat().join(" ");
    assert_eq!(options(&written), options(&help));
    assert!(options(&help).len() > 10, "there are options: {help}");

    let command = |line: &str| line.strip_prefix("oriole ")?.split([' ', ',']).next().map(str::to_owned);
    let commands: BTreeSet<_> = help.lines().filter_map(command).collect();
    assert_eq!(rows.iter().filter_map(|cells| command(&cells[0])).collect::<BTreeSet<_>>(), commands);
    assert!(help.contains("`oriole g`") && rows.iter().any(|cells| cells[0].ends_with(", or oriole g")));
    for command in ["new", "generate", "dev", "doctor"] {
        assert!(commands.contains(command) && chapter.contains(&format!("\n## `oriole {command}`\n")), "{command}");
    }
}

#[test]
fn the_chapter_has_the_kinds_and_exit_codes_of_the_help() {
    let (help, rows) = (help(), rows(&chapter()));
    let kinds: Vec<_> = rows.iter().filter(|cells| cells.len() == 4).skip(2).collect();
    let told = help.split_once("\n  KIND ").and_then(|(_, rest)| rest.split_once("\n  NAME ")).expect("the kinds").0;
    assert_eq!(kinds.len(), told.matches('(').count(), "{kinds:?}");
    for kind in kinds {
        assert!(told.contains(&format!("{} ({})", kind[0], kind[1])), "{kind:?}");
    }
    let codes: Vec<_> = rows.iter().filter(|cells| cells[0].parse::<u8>().is_ok()).collect();
    assert_eq!(codes.len(), 4);
    for code in codes {
        assert!(help.contains(&format!("\n  {}    {}", code[0], code[1])), "{code:?}");
    }
    for bound in ["75, of 1 to 600", "when idle: 15"] {
        assert!(help.contains(bound) && rows.iter().any(|cells| cells[1].contains(bound)), "{bound}");
    }
}
