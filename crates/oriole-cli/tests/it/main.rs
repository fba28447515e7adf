//! Makes projects as a newcomer would, and does with them what a newcomer does.

mod dev;
#[cfg(feature = "doctor")]
mod doctor;
mod generate;
mod guide;
mod project;

use project::{Project, oriole};
use std::path::Path;

/// Parity: FST.1, FST.2, FST.5, FST.10, FST.11.
#[test]
fn a_new_project_is_tidy_and_its_test_passes_and_it_says_hello() {
    for (name, options) in [("hello", &[][..]), ("hello-strict", &["--strict"])] {
        let project = Project::new(name, options);
        for file in
            ["src/main.rs", "src/app/module.rs", "src/app/controller.rs", "src/app/service.rs", "src/app/tests.rs"]
        {
            assert!(project.folder.join(file).is_file(), "{file}");
        }
        assert_eq!(project.read("Cargo.toml").contains("[lints.clippy]"), name == "hello-strict");
        for words in [&["fmt", "--check"][..], &["clippy", "--all-targets", "--", "-D", "warnings"], &["lint"]] {
            let output = project.cargo(words);
            assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
        let tested = project.cargo(&["test"]);
        let said = String::from_utf8_lossy(&tested.stdout);
        assert!(tested.status.success() && said.contains("the_controller_says_hello ... ok"), "{said}");

        let mut program = project.start(&["start"], Some("0"));
        let answer = program.get("/");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\nHello World!"), "{answer}");
    }
}

/// The port may be another program's, of which the error then tells.
///
/// Parity: FST.3, FST.4.
#[test]
fn the_port_is_3000_unless_it_is_given() {
    let project = Project::new("ports", &[]);
    let mut program = project.start(&["run", "--quiet"], None);
    let said = program.line_with("127.0.0.1:");
    assert!(said.contains("127.0.0.1:3000"), "{said}");
    drop(program);
    let mut program = project.start(&["run", "--quiet"], Some("0"));
    assert!(!program.line_with("127.0.0.1:").contains(":3000"));
}

#[test]
fn nothing_is_overwritten_and_mistakes_are_told() {
    let project = Project::new("twice", &[]);
    let folder = project.folder.parent().expect("a folder");
    let before = project.read("src/main.rs");
    let again = oriole(folder, &["new", "twice"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).starts_with("oriole: the folder twice: "), "{again:?}");
    assert_eq!(project.read("src/main.rs"), before);

    for (words, code, said) in [
        (&["new", "2fast"][..], 2, "\"2fast\" is no name for a project"),
        (&["new", "../up"], 2, "\"../up\" is no name for a project"),
        (&["new", "elsewhere", "--oriole", "nowhere"], 1, "--oriole: nowhere: "),
        (&["new", "elsewhere", "--oriole", "."], 1, "is not the crate `oriole`"),
        (&["dev"], 1, "there is no Cargo.toml here"),
        (&["grow"], 2, "there is no command \"grow\""),
    ] {
        let output = oriole(folder, words);
        assert_eq!(output.status.code(), Some(code), "{words:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(said), "{words:?}: {output:?}");
        assert!(!folder.join("elsewhere").exists());
    }
    let help = oriole(folder, &["--help"]);
    assert!(help.status.success() && String::from_utf8_lossy(&help.stdout).contains("oriole new NAME"));
    let version = oriole(folder, &["--version"]);
    assert_eq!(String::from_utf8_lossy(&version.stdout), format!("oriole {}\n", env!("CARGO_PKG_VERSION")));
}

/// It is on no registry, where anybody could take its name.
#[test]
fn a_project_depends_on_the_checkout_of_the_program_unless_told_otherwise() {
    let folder = project::temporary("checkout");
    let made = |name: &str, options: &[&str]| {
        assert!(oriole(&folder, &[&["new", name], options].concat()).status.success());
        std::fs::read_to_string(folder.join(name).join("Cargo.toml")).expect("a manifest")
    };
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../oriole").canonicalize().expect("the crate");
    let manifest = made("hello", &[]);
    assert!(manifest.contains(&format!("oriole = {{ path = '{}' }}\n", ours.display())), "{manifest}");

    let theirs = folder.join("fork");
    std::fs::create_dir(&theirs).expect("a folder");
    std::fs::write(theirs.join("Cargo.toml"), "[package]\nname = \"oriole\"\n").expect("a file");
    let theirs = theirs.canonicalize().expect("a folder");
    let manifest = made("other", &["--oriole", "fork"]);
    assert!(manifest.contains(&format!("oriole = {{ path = '{}' }}\n", theirs.display())), "{manifest}");
    std::fs::remove_dir_all(folder).expect("a folder");
}
