//! The README's program in an empty folder, as a newcomer would try it.

use docs_tests::{Reader, blocks, repository};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

const DEPENDENCIES: &str = r#"tokio = "1"
serde_json = "1""#;

fn readme() -> String {
    std::fs::read_to_string(repository().join("README.md")).unwrap()
}

fn program() -> String {
    let mut programs = blocks(&readme()).into_iter().filter(|block| block.code.contains("fn main"));
    programs.next().expect("the README shows a program").code
}

/// Parity: FST.3.
#[test]
fn the_program_of_the_readme_serves() {
    let reader = Reader::new("newcomer", DEPENDENCIES).unwrap();
    // The port is the only thing that a test must change: two tests may run at once.
    let program = program();
    assert!(program.contains("\"127.0.0.1:3000\""));
    reader.write("src/main.rs", &program.replace("127.0.0.1:3000", "127.0.0.1:0")).unwrap();
    let built = reader.cargo(&["build", "--quiet"]).unwrap();
    let said = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success(), "{said}");
    assert!(!said.contains("warning"), "the program compiles without a warning: {said}");

    let mut child = reader.start("newcomer").unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let listening = lines.find(|line| line.contains("http://127.0.0.1:")).expect("the program says where it listens");
    let address = listening.split("http://").nth(1).unwrap();
    let address = address.split(|c: char| !c.is_ascii_digit() && c != '.' && c != ':').next().unwrap().to_owned();

    let ask = |path: &str| {
        let mut stream = TcpStream::connect(&address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        stream
    };
    let mut hi = String::new();
    ask("/hi/hello").read_to_string(&mut hi).unwrap();
    assert!(hi.starts_with("HTTP/1.1 200 OK\r\n") && hi.ends_with("hello world"), "{hi}");

    let mut lines = BufReader::new(ask("/sse")).lines().map_while(Result::ok);
    assert_eq!(lines.next().unwrap(), "HTTP/1.1 200 OK");
    let events: Vec<_> = lines.filter(|line| line.starts_with("data:")).take(2).collect();
    assert_eq!(events, [r#"data: {"hello":"world"}"#; 2]);

    child.kill().unwrap();
    child.wait().unwrap();
}

/// The text that the README shows is what the compiler says, places included; only its indentation is not compared.
#[test]
fn a_provider_deleted_from_the_list_is_one_error_in_words() {
    let reader = Reader::new("newcomer-broken", DEPENDENCIES).unwrap();
    let broken = program().replace(", providers = [Greeter]", "");
    assert_ne!(broken, program());
    reader.write("src/main.rs", &broken).unwrap();
    let errors = reader.check_all().unwrap();
    let errors: Vec<_> = errors.values().flatten().collect();
    let [error] = errors.as_slice() else { panic!("one error, not {errors:#?}") };
    let readme = readme();
    let mut blocks = readme.split("```text\n").filter_map(|rest| rest.split("```").next());
    let shown = blocks.find(|block| block.starts_with("error[")).expect("the README shows the error");
    let said: Vec<_> = error.lines().map(str::trim).take(shown.lines().count()).collect();
    let shown: Vec<_> = shown.lines().map(str::trim).collect();
    assert_eq!(said, shown, "{error}");
}
