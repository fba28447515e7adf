//! Look-ups by key.

use crate::support::{Files, process, told};
use oriole::config::{ConfigOptions, ConfigService, Origin, Secret};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Parity: CFG.6, CFG.7, CFG.8, CFG.9.
#[test]
fn files_and_factories_are_read_by_dotted_paths() {
    let files = Files::new(&[
        ("base.toml", "[http]\nhost = \"localhost\"\nport = 80\nhosts = [\"a\", \"b\"]\n[db]\nurl = \"base\"\n"),
        ("more.yaml", "http:\n  port: 8080\n"),
        ("most.json", r#"{ "db": { "url": "most" } }"#),
    ]);
    let options = process(&[("TENANT", "ada")])
        .file(files.path("base.toml"))
        .file(files.path("more.yaml"))
        .file(files.path("most.json"))
        .load("db", |env| Ok::<_, String>(serde_json::json!({ "schema": env.get("TENANT"), "pool": { "max": 3 } })))
        .load("", |_| Ok::<_, String>(BTreeMap::from([("top", 1)])));
    let config = ConfigService::read(&options).unwrap();
    assert_eq!(config.require::<String>("http.host").unwrap(), "localhost");
    assert_eq!(config.require::<u16>("http.port").unwrap(), 8080, "a later file wins");
    assert_eq!(config.require::<String>("http.hosts.1").unwrap(), "b");
    assert_eq!(config.require::<String>("db.url").unwrap(), "most");
    assert_eq!(config.require::<String>("db.schema").unwrap(), "ada", "a factory sees the environment");
    assert_eq!(config.require::<u8>("top").unwrap(), 1);
    assert_eq!(config.get_or("http.timeout", 5_u32).unwrap(), 5);

    #[derive(Debug, Deserialize, PartialEq)]
    struct Http {
        host: String,
        port: u16,
        hosts: Vec<String>,
    }
    let http = Http { host: "localhost".into(), port: 8080, hosts: vec!["a".into(), "b".into()] };
    assert_eq!(config.get::<Http>("http").unwrap(), Some(http), "a whole part");
}

/// Parity: CFG.7.
#[test]
fn a_factory_that_fails_ends_the_start() {
    let options = process(&[])
        .load("db", |_| Err::<u8, _>("no such table"))
        .load("", |_| Ok::<_, String>(7))
        .load("more", |_| Err::<u8, _>("nor this"));
    let error = ConfigService::read(&options).unwrap_err();
    assert_eq!(
        told(&error),
        [
            "db failed: no such table (in a factory)",
            "a factory must give an object",
            "more failed: nor this (in a factory)",
        ],
    );
}

/// Parity: CFG.10.
#[test]
fn custom_values_come_first_then_validated_then_raw() {
    let validated = |mut env: oriole::config::Env| {
        env.set("A", "validated");
        env.set("B", "validated");
        Ok::<_, String>(env)
    };
    let options = process(&[("A", "raw"), ("B", "raw"), ("C", "raw")])
        .load("", |_| Ok::<_, String>(BTreeMap::from([("A", "custom")])))
        .validate(validated);
    let config = ConfigService::read(&options).unwrap();
    let all = ["A", "B", "C"].map(|key| config.require::<String>(key).unwrap());
    assert_eq!(all, ["custom", "validated", "raw"]);
}

#[test]
fn a_value_of_another_type_is_told_with_its_place() {
    let files = Files::new(&[(".env", "\nPORT=many\n"), ("a.toml", "[http]\nport = \"x\"\nhosts = [1, \"b\"]\n")]);
    let options =
        ConfigOptions::new().env_file(files.path(".env")).process_env([("X", "y")]).file(files.path("a.toml"));
    let config = ConfigService::read(&options).unwrap();
    let error = config.get::<u16>("PORT").unwrap_err();
    assert_eq!(told(&error), ["PORT must be an integer number (in .env:2)"]);
    assert!(matches!(error.problems()[0].origin(), Some(Origin::EnvFile { line: 2, .. })));
    let error = config.get::<BTreeMap<String, u16>>("http").unwrap_err();
    assert_eq!(error.problems().len(), 2, "each value that does not fit");
    assert_eq!(told(&config.require::<u16>("NO").unwrap_err()), ["NO must be set (not set)"]);
    assert!(config.has("PORT") && !config.has("NO") && !config.has(""));
}

/// Keys of files are names, and no paths.
#[test]
fn keys_with_dots_and_brackets_are_keys() {
    let files = Files::new(&[
        ("a.toml", "\"example.org\" = 1\n\"a[4000000000]\" = 2\n"),
        ("b.json", r#"{ "b[1].c": 3, "-": 4 }"#),
        ("c.yaml", "\"c.d\": 5\n"),
    ]);
    let options = ["a.toml", "b.json", "c.yaml"].iter().fold(process(&[]), |all, name| all.file(files.path(name)));
    let config = ConfigService::read(&options).unwrap();
    assert!(!config.has("example") && !config.has("a") && !config.has("b") && !config.has("c"));
    assert_eq!(config.require::<u8>("a[4000000000]").unwrap(), 2);
    assert_eq!(config.require::<u8>("-").unwrap(), 4);
}

/// Parity: CFG.14.
#[test]
fn everything_is_read_once() {
    let files = Files::new(&[(".env", "A=before\n"), ("a.toml", "b = \"before\"\n")]);
    let options = ConfigOptions::new()
        .env_file(files.path(".env"))
        .file(files.path("a.toml"))
        .process_env(std::iter::empty::<(String, String)>());
    let config = ConfigService::read(&options).unwrap();
    files.write(".env", "A=after\n");
    files.write("a.toml", "b = \"after\"\n");
    assert_eq!(config.require::<String>("A").unwrap(), "before");
    assert_eq!(config.require::<String>("b").unwrap(), "before");
}

#[test]
fn nothing_shows_a_value() {
    let files = Files::new(&[(".env", "PASSWORD=tiger\n"), ("a.toml", "[db]\npassword = \"tiger\"\n")]);
    let options =
        ConfigOptions::new().env_file(files.path(".env")).file(files.path("a.toml")).process_env([("TOKEN", "tiger")]);
    let config = ConfigService::read(&options).unwrap();
    for shown in [format!("{config:?}"), format!("{config:#?}"), format!("{options:?}")] {
        assert!(!shown.contains("tiger"), "{shown}");
    }
    assert!(format!("{config:?}").contains("db.password"));
    let error = config.get::<u16>("PASSWORD").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("tiger"));
}

#[test]
fn what_a_parser_says_does_not_quote_the_file() {
    for (name, text) in [
        ("a.toml", "password = tiger\n"),
        ("a.json", "{ \"password\": tiger }"),
        ("a.yaml", "password: [tiger\n- tiger"),
        ("a.yaml", "password: *tiger"),
        ("a.yaml", "tiger: 1\ntiger: 2"),
    ] {
        let files = Files::new(&[(name, text)]);
        let error = ConfigService::read(&process(&[]).file(files.path(name))).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("tiger"), "{error}");
        assert!(error.problems()[0].message().starts_with("cannot be parsed: line "), "{error}");
    }
}

#[oriole::config("cache.memory")]
#[derive(Deserialize, Serialize)]
struct Cache {
    #[serde(default = "entries")]
    entries: u32,
    #[serde(default)]
    name: String,
    #[serde(default)]
    key: Secret<String>,
    #[serde(default)]
    limits: Limits,
}

#[derive(Deserialize, Serialize)]
#[serde(default)]
struct Limits {
    bytes: u32,
    seconds: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 7, seconds: 8 }
    }
}

fn entries() -> u32 {
    100
}

/// What only the struct knows is found like everything else: under what files and variables say, and secrets never.
///
/// Parity: CFG.12.
#[test]
fn defaults_of_a_struct_are_found_by_dotted_paths() {
    let files = Files::new(&[("a.toml", "[cache.memory.limits]\nbytes = 1\n")]);
    let options = process(&[("CACHE_MEMORY_NAME", "ada")]).file(files.path("a.toml")).check::<Cache>();
    let config = ConfigService::read(&options).unwrap();
    assert_eq!(config.require::<u32>("cache.memory.entries").unwrap(), 100);
    assert_eq!(config.require::<String>("cache.memory.name").unwrap(), "ada");
    assert_eq!(config.require::<Limits>("cache.memory.limits").unwrap().seconds, 8);
    assert_eq!(config.require::<u32>("cache.memory.limits.bytes").unwrap(), 1);
    assert!(!config.has("cache.memory.key"), "a default that is secret is the struct's alone");

    let unknown = ConfigService::read(&process(&[])).unwrap();
    assert!(!unknown.has("cache.memory.entries"), "nobody has named the struct");
}
