//! Typed parts.

use crate::support::{Files, process, told};
use oriole::config::{ConfigOptions, ConfigService, Env, Secret};
use serde::Deserialize;

#[oriole::config("database")]
#[derive(Debug, Deserialize, garde::Validate)]
#[garde(allow_unvalidated)]
#[serde(rename_all = "camelCase")]
struct Database {
    #[garde(length(min = 3))]
    host: String,
    #[serde(default = "port")]
    port: u16,
    password: Secret<String>,
    #[serde(default)]
    max_size: Option<u8>,
    #[garde(dive)]
    #[serde(default)]
    pool: Pool,
}

#[derive(Debug, Default, Deserialize, garde::Validate)]
#[serde(default)]
struct Pool {
    #[garde(range(max = 100))]
    max: u32,
    #[garde(skip)]
    idle_secs: u32,
}

fn port() -> u16 {
    5432
}

/// Parity: CFG.9, CFG.12.
#[test]
fn a_namespace_is_read_whole_and_by_type() {
    let files = Files::new(&[(
        "a.toml",
        "[database]\nhost = \"file\"\nmaxSize = 3\n[database.pool]\nmax = 1\nidle_secs = 2\n",
    )]);
    let options = process(&[("DATABASE_PASSWORD", "tiger"), ("DATABASE_MAX_SIZE", "4"), ("DATABASE_POOL__MAX", "5")])
        .file(files.path("a.toml"));
    let config = ConfigService::read(&options).unwrap();
    let database = config.namespace::<Database>().unwrap();
    assert_eq!((database.host.as_str(), database.port, database.max_size), ("file", 5432, Some(4)));
    assert_eq!((database.pool.max, database.pool.idle_secs), (5, 2), "variables win, and leave the rest");
    assert_eq!(database.password.expose(), "tiger");
    assert!(!format!("{database:?}").contains("tiger"));
    assert_eq!(config.require::<String>("database.host").unwrap(), "file", "by prefix as well");
}

/// Parity: CFG.16.
#[test]
fn every_problem_of_a_namespace_is_told_at_once() {
    let files =
        Files::new(&[("a.toml", "[database]\nport = \"x\"\nhost = \"ab\"\n"), (".env", "DATABASE_MAX_SIZE=300\n")]);
    let options = ConfigOptions::new()
        .env_file(files.path(".env"))
        .file(files.path("a.toml"))
        .process_env([("DATABASE_POOL__MAX", "200")])
        .check::<Database>();
    let error = ConfigService::read(&options).unwrap_err();
    assert_eq!(
        told(&error),
        [
            "database.port must be an integer number (in a.toml)",
            "database.password must be a string (not set; DATABASE_PASSWORD sets it)",
            "database.maxSize must not be greater than 255 (DATABASE_MAX_SIZE in .env:1)",
            "database.host length is lower than 3 (in a.toml)",
            "database.pool.max greater than 100 (DATABASE_POOL__MAX in the environment of the process)",
        ],
    );
    let one = ConfigService::read(&options.problems_max(1)).unwrap_err();
    assert_eq!(one.problems().len(), 1);
}

#[oriole::config("strict", prefix = "APP_")]
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Strict {
    #[serde(deserialize_with = "oriole::config::comma_separated", default)]
    hosts: Vec<String>,
    #[serde(deserialize_with = "oriole::config::comma_separated", default)]
    ports: Vec<u16>,
}

#[test]
fn a_type_may_refuse_what_it_does_not_know() {
    let read = |variables: &[(&str, &str)]| ConfigService::read(&process(variables)).unwrap().namespace::<Strict>();
    let strict = read(&[("APP_HOSTS", "a, b,"), ("APP_PORTS", "1,2")]).unwrap();
    assert_eq!((strict.hosts.clone(), strict.ports.clone()), (vec!["a".to_owned(), "b".to_owned()], vec![1, 2]));
    let error = read(&[("APP_HOTS", "a"), ("APP_PORTS", "1,x")]).unwrap_err();
    let told = told(&error);
    assert_eq!(
        told,
        [
            "strict.ports has an item that is not what it must be (APP_PORTS in the environment of the process)",
            "strict.hots is not known (APP_HOTS in the environment of the process)",
        ],
    );
}

#[test]
fn lists_are_arrays_in_files() {
    let files = Files::new(&[("a.yaml", "strict:\n  hosts: [a, '7']\n  ports: [1, 2]\n")]);
    let config = ConfigService::read(&process(&[]).file(files.path("a.yaml"))).unwrap();
    let strict = config.namespace::<Strict>().unwrap();
    assert_eq!((strict.hosts.clone(), strict.ports.clone()), (vec!["a".to_owned(), "7".to_owned()], vec![1, 2]));
}

#[oriole::config("made", load = make)]
#[derive(Debug, Deserialize, garde::Validate)]
struct Made {
    #[garde(length(max = 4))]
    name: String,
}

fn make(env: &Env) -> Result<Made, String> {
    Ok(Made { name: env.get("NAME").ok_or("there is no name")?.to_owned() })
}

#[test]
fn a_function_may_make_it() {
    let read = |variables: &[(&str, &str)]| ConfigService::read(&process(variables)).unwrap().namespace::<Made>();
    assert_eq!(read(&[("NAME", "ada")]).unwrap().name, "ada");
    assert_eq!(told(&read(&[]).unwrap_err()), ["made failed: there is no name (in a factory)"]);
    assert_eq!(told(&read(&[("NAME", "augusta")]).unwrap_err()), ["made.name length is greater than 4 (in a factory)"]);
}

/// A type whose words on a bad value quote it.
#[derive(Debug)]
struct Key;

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Err(serde::de::Error::custom(format!("{text} is no key")))
    }
}

#[oriole::config("keys")]
#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "it is never read")]
struct Keys {
    signing: Secret<Key>,
    port: u16,
}

#[test]
fn a_secret_that_is_wrong_is_not_quoted() {
    let config = ConfigService::read(&process(&[("KEYS_SIGNING", "tiger"), ("KEYS_PORT", "x")])).unwrap();
    let error = config.namespace::<Keys>().unwrap_err();
    assert_eq!(told(&error)[0], "keys.signing is not what it must be (KEYS_SIGNING in the environment of the process)");
    assert!(!format!("{error:?}").contains("tiger"));
    let written = serde_json::to_string(&Secret::new("tiger")).unwrap();
    assert_eq!(written, "\"[redacted]\"");
}
