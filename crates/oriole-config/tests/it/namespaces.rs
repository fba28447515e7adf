//! Typed parts.

use crate::support::{Files, process, told};
use oriole::config::{ConfigOptions, ConfigService, Env, Secret};
use serde::{Deserialize, Serialize};

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

/// Parity: CFG.9, CFG.10.
#[test]
fn a_namespace_and_a_look_up_have_the_same_values() {
    let files = Files::new(&[("a.toml", "[database]\nhost = \"file\"\nport = 1\n[database.pool]\nmax = 1\n")]);
    let options = process(&[("DATABASE_PASSWORD", "tiger"), ("DATABASE_PORT", "2"), ("DATABASE_POOL__MAX", "5")])
        .file(files.path("a.toml"))
        .load("database", |_| Ok::<_, String>(serde_json::json!({ "port": 3 })))
        .check::<Database>();
    let config = ConfigService::read(&options).unwrap();
    let database = config.namespace::<Database>().unwrap();
    assert_eq!((database.host.as_str(), database.port, database.pool.max), ("file", 2, 5));
    assert_eq!(config.require::<u16>("database.port").unwrap(), 2);
    assert_eq!(config.require::<u32>("database.pool.max").unwrap(), 5);
    assert_eq!(config.require::<String>("database.password").unwrap(), "tiger", "also what a variable alone has");
    let error = config.get::<bool>("database.port").unwrap_err();
    assert_eq!(told(&error), ["database.port must be a boolean value (in the environment of the process)"]);

    let own = Files::new(&[(".env", "DATABASE_PORT=4\nDATABASE_HOST=own\nDATABASE_PASSWORD=lion\n")]);
    let options = options.ignore_env_file(false).env_file(own.path(".env")).skip_process_env(true);
    let config = ConfigService::read(&options).unwrap();
    assert_eq!(config.namespace::<Database>().unwrap().port, 4);
    assert_eq!(config.require::<u16>("database.port").unwrap(), 4, "not that of the process");
}

#[oriole::config("lists")]
#[derive(Debug, Deserialize)]
struct Lists {
    hosts: Vec<Host>,
    #[serde(default)]
    pool: Option<Pool>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
struct Host {
    zone_name: String,
}

#[test]
fn a_variable_reaches_into_a_list_or_is_a_problem() {
    let yaml = "lists:\n  hosts: [{ zoneName: a }, { zoneName: b }]\n  pool: null\n";
    let files = Files::new(&[("a.yaml", yaml)]);
    let read = |variables: &[(&str, &str)]| {
        ConfigService::read(&process(variables).file(files.path("a.yaml"))).unwrap().namespace::<Lists>()
    };
    let set = [("LISTS_HOSTS__1__ZONE_NAME", "c"), ("LISTS_POOL__MAX", "7")];
    let lists = read(&set).unwrap();
    assert_eq!(lists.hosts.iter().map(|host| host.zone_name.as_str()).collect::<Vec<_>>(), ["a", "c"]);
    assert_eq!(lists.pool.as_ref().unwrap().max, 7);

    let error = read(&[("LISTS_POOL", "x"), ("LISTS_POOL__MAX", "5"), ("LISTS_HOSTS__3__ZONE_NAME", "d")]).unwrap_err();
    let told = told(&error);
    let process = "in the environment of the process)";
    let gap = "is no place of the list that is there: they go on from 0 without a gap";
    assert_eq!(told[0], format!("lists.hosts.3.zone_name {gap} (LISTS_HOSTS__3__ZONE_NAME {process}"));
    let part = "is a part of something that has a value and no parts";
    assert_eq!(told[1], format!("lists.pool.max {part} (LISTS_POOL__MAX {process}"));
}

#[oriole::config("mail")]
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mail {
    host: String,
}

#[oriole::config("mail-queue")]
#[derive(Debug, Deserialize)]
struct MailQueue {
    host: String,
}

#[test]
fn a_longer_prefix_keeps_its_variables() {
    let variables = [("MAIL_HOST", "a"), ("MAIL_QUEUE_HOST", "b")];
    let config = ConfigService::read(&process(&variables).check::<Mail>().check::<MailQueue>()).unwrap();
    assert_eq!(config.namespace::<Mail>().unwrap().host, "a");
    assert_eq!(config.namespace::<MailQueue>().unwrap().host, "b");
    let alone = ConfigService::read(&process(&variables).check::<Mail>()).unwrap_err();
    assert_eq!(told(&alone), ["mail.queue_host is not known (MAIL_QUEUE_HOST in the environment of the process)"]);
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

#[oriole::config("shown", load = make_shown)]
#[derive(Debug, Deserialize, Serialize)]
struct Shown {
    name: String,
    password: Secret<String>,
}

fn make_shown(env: &Env) -> Result<Shown, String> {
    let name = env.get("NAME").ok_or("there is no name")?.to_uppercase();
    Ok(Shown { name, password: Secret::new("tiger".to_owned()) })
}

/// Parity: CFG.9.
#[test]
fn what_a_function_made_is_looked_up_if_it_can_be_written() {
    let options = process(&[("NAME", "ada")]).check::<Shown>().check::<Made>();
    let config = ConfigService::read(&options).unwrap();
    assert_eq!(config.require::<String>("shown.name").unwrap(), "ADA");
    assert!(!config.has("shown.password"), "a secret is read from the struct alone");
    assert!(!config.has("made.name"), "this one has no `Serialize`");
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
