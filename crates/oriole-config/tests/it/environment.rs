//! The process, `.env` files, references, and the validation of all of it.

use crate::support::{Files, process, told};
use oriole::ApplicationContext;
use oriole::config::{ConfigError, ConfigModule, ConfigOptions, ConfigService, Env, Origin, Secret};
use oriole::prelude::*;
use serde::{Deserialize, Serialize};

fn text(config: &ConfigService, key: &str) -> Option<String> {
    config.get(key).expect("a text")
}

/// Parity: CFG.1, CFG.2, CFG.3.
#[test]
fn the_process_wins_over_files_and_the_first_file_over_others() {
    let files = Files::new(&[("local.env", "A=local\nB=local\n"), (".env", "A=file\nB=file\nC=file\n")]);
    let options = ConfigOptions::new()
        .env_file(files.path("absent.env"))
        .env_file(files.path("local.env"))
        .env_file(files.path(".env"))
        .process_env([("A", "process")]);
    let config = ConfigService::read(&options).unwrap();
    let all = ["A", "B", "C", "D"].map(|name| text(&config, name));
    assert_eq!(all, [Some("process".into()), Some("local".into()), Some("file".into()), None]);
}

#[module(root, imports = [ConfigModule::for_root(ConfigOptions::new())])]
struct AppModule;

/// The current folder is that of a process: this test runs itself once more, in a folder of its own.
///
/// Parity: CFG.1.
#[tokio::test]
async fn without_options_it_is_the_file_of_the_current_folder() {
    const EXPECTED: &str = "ORIOLE_TEST_EXPECTED";
    if let Ok(expected) = std::env::var(EXPECTED) {
        let app = ApplicationContext::create::<AppModule>().await.unwrap();
        let config = app.get::<ConfigService>().unwrap();
        let both = ["A", "B"].map(|name| text(&config, name).unwrap_or_default()).join(" ");
        assert_eq!(both, expected);
        return;
    }
    let files = Files::new(&[(".env", "A=file\nB=file\n")]);
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "environment::without_options_it_is_the_file_of_the_current_folder"])
        .current_dir(files.path(""))
        .env("A", "process")
        .env(EXPECTED, "process file")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

/// Parity: CFG.4, CFG.11.
#[test]
fn files_and_the_process_can_be_left_out() {
    let files = Files::new(&[(".env", "A=file\nB=file\n")]);
    let options = ConfigOptions::new().env_file(files.path(".env")).process_env([("A", "process"), ("P", "process")]);

    let without_file = ConfigService::read(&options.clone().ignore_env_file(true)).unwrap();
    assert_eq!(["A", "B"].map(|name| text(&without_file, name)), [Some("process".into()), None]);

    let without_process = ConfigService::read(&options.skip_process_env(true)).unwrap();
    assert_eq!(["A", "P"].map(|name| text(&without_process, name)), [Some("file".into()), None]);
}

/// Parity: CFG.21.
#[test]
fn references_are_resolved_where_that_is_asked_for() {
    let files = Files::new(&[(".env", "URL=https://${HOST}/\nHOST=${ZONE}.example.org\nPASSWORD=a$b\\$c\n")]);
    let options =
        ConfigOptions::new().env_file(files.path(".env")).process_env([("ZONE", "eu"), ("P", "$HOST"), ("b", "b")]);
    let plain = ConfigService::read(&options).unwrap();
    assert_eq!(text(&plain, "URL").as_deref(), Some("https://${HOST}/"));
    let expanded = ConfigService::read(&options.expand_variables(true)).unwrap();
    assert_eq!(text(&expanded, "URL").as_deref(), Some("https://eu.example.org/"));
    assert_eq!(text(&expanded, "PASSWORD").as_deref(), Some("ab$c"));
    assert_eq!(text(&expanded, "P").as_deref(), Some("$HOST"), "the process is taken as it is");
}

#[test]
fn all_that_is_wrong_with_files_is_told_at_once() {
    let files = Files::new(&[
        (".env", "A=1\nno\nB=\"x\n"),
        ("long.env", "A=0123456789012345"),
        ("bad.toml", "a = \nb = 1"),
        ("list.json", "[]"),
        ("a.ini", ""),
    ]);
    std::fs::write(files.path("latin.env"), [b'A', b'=', 0xe9]).unwrap();
    let options = ConfigOptions::new()
        .env_file(files.path(".env"))
        .env_file(files.path("long.env"))
        .env_file(files.path("latin.env"))
        .file(files.path("bad.toml"))
        .file(files.path("list.json"))
        .file(files.path("a.ini"))
        .file(files.path("absent.json"))
        .process_env([("A", "1")])
        .file_bytes_max(17);
    let error = ConfigService::read(&options).unwrap_err();
    let messages: Vec<_> = error.problems().iter().map(|problem| problem.message().to_owned()).collect();
    assert_eq!(
        messages[..3],
        ["is no assignment: `NAME=value`", "has a quote that is not closed", "is longer than 17 bytes"]
    );
    assert_eq!(messages[3], "is not text in UTF-8");
    assert_eq!(messages[4], "cannot be parsed: line 1, column 5");
    assert_eq!(messages[6..], ["must end in .toml, .json, .yaml or .yml", "is not there"]);
    assert!(matches!(error.problems()[0].origin(), Some(Origin::EnvFile { line: 2, .. })));
    // A byte more is room enough.
    let error = ConfigService::read(&options.file_bytes_max(18)).unwrap_err();
    assert!(!error.problems().iter().any(|problem| problem.message().starts_with("is longer")));
}

/// Parity: CFG.18.
#[test]
fn a_function_checks_the_environment_and_gives_it_back() {
    let checked = |env: Env| -> Result<Env, String> {
        let port = env.get("PORT").ok_or("there is no port")?.parse::<u16>().map_err(|error| error.to_string())?;
        let mut env = env;
        env.set("PORT", (port + 1).to_string());
        env.set("HOST", "localhost");
        Ok(env)
    };
    let config = ConfigService::read(&process(&[("PORT", "3000")]).validate(checked)).unwrap();
    assert_eq!(config.require::<u16>("PORT").unwrap(), 3001, "what was validated comes before the process");
    assert_eq!(text(&config, "HOST").as_deref(), Some("localhost"));
    let error = ConfigService::read(&process(&[]).validate(checked)).unwrap_err();
    assert_eq!(told(&error), ["the environment was refused: there is no port (in the validation)"]);
}

#[oriole::config]
#[derive(Debug, Deserialize, Serialize, garde::Validate)]
struct Schema {
    #[garde(range(min = 1024))]
    #[serde(default = "port")]
    port: u16,
    #[garde(skip)]
    host: String,
    #[garde(skip)]
    #[serde(default)]
    debug: bool,
}

fn port() -> u16 {
    3000
}

/// Parity: CFG.16.
#[test]
fn a_schema_fills_in_defaults_and_names_all_problems() {
    let config = ConfigService::read(&process(&[("HOST", "a"), ("PATH", "/bin")]).schema::<Schema>()).unwrap();
    assert_eq!(config.require::<u16>("PORT").unwrap(), 3000);
    assert!(!config.require::<bool>("DEBUG").unwrap());
    assert_eq!(text(&config, "PATH").as_deref(), Some("/bin"), "what the schema does not know is allowed");

    let error = ConfigService::read(&process(&[("PORT", "80"), ("DEBUG", "perhaps")]).schema::<Schema>()).unwrap_err();
    let told = told(&error);
    assert_eq!(
        told,
        [
            "host must be a string (not set; HOST sets it)",
            "debug must be a boolean value (DEBUG in the environment of the process)",
            "port lower than 1024 (PORT in the environment of the process)",
        ],
    );
}

/// Parity: CFG.17.
#[test]
fn what_the_process_had_before_may_be_left_unchecked() {
    let files = Files::new(&[(".env", "HOST=a\n")]);
    let options = ConfigOptions::new().env_file(files.path(".env")).process_env([("PORT", "many")]).schema::<Schema>();
    assert!(ConfigService::read(&options).is_err());
    let config = ConfigService::read(&options.validate_predefined(false)).unwrap();
    assert_eq!(text(&config, "PORT").as_deref(), Some("many"), "it is there as it was");
}

#[oriole::config("database")]
#[derive(Debug, Deserialize, Serialize)]
struct Database {
    password: Secret<String>,
    #[serde(default = "key")]
    key: Secret<String>,
    #[serde(default)]
    pool: Pool,
    #[serde(default = "port")]
    port: u16,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(default)]
struct Pool {
    max: u8,
}

impl Default for Pool {
    fn default() -> Self {
        Self { max: 5 }
    }
}

fn key() -> Secret<String> {
    Secret::new("default key".to_owned())
}

/// Parity: CFG.16.
#[test]
fn a_schema_makes_variables_of_defaults_and_of_nothing_else() {
    let files = Files::new(&[("a.toml", "[database]\npassword = \"tiger\"\nport = 1\n")]);
    let options = process(&[])
        .file(files.path("a.toml"))
        .schema::<Database>()
        .check::<Database>()
        .load("seen", |env| Ok::<_, String>(env.names().map(str::to_owned).collect::<Vec<_>>()));
    let config = ConfigService::read(&options).unwrap();
    let database = config.namespace::<Database>().unwrap();
    assert_eq!((database.password.expose().as_str(), database.key.expose().as_str()), ("tiger", "default key"));
    assert_eq!((database.port, database.pool.max), (1, 5));
    assert_eq!(config.require::<Vec<String>>("seen").unwrap(), ["DATABASE_POOL__MAX"], "no secrets, and not the file");
    assert_eq!(config.require::<u8>("DATABASE_POOL__MAX").unwrap(), 5);
    assert_eq!(text(&config, "DATABASE_PASSWORD"), None);
}

/// Parity: CFG.11, CFG.16.
#[test]
fn a_schema_sees_the_process_also_where_look_ups_do_not() {
    let options = process(&[("HOST", "a"), ("PORT", "80")]).skip_process_env(true).schema::<Schema>();
    let error = ConfigService::read(&options).unwrap_err();
    assert_eq!(told(&error), ["port lower than 1024 (PORT in the environment of the process)"]);
    let options = process(&[("HOST", "a")]).skip_process_env(true).schema::<Schema>();
    let config = ConfigService::read(&options).unwrap();
    assert_eq!(text(&config, "HOST"), None);
    assert_eq!(config.require::<u16>("PORT").unwrap(), 3000);
}

/// A pipe has no length before it is read.
#[cfg(target_os = "linux")]
#[test]
fn what_has_no_length_is_bounded_as_well() {
    let error = ConfigService::read(&process(&[]).ignore_env_file(false).env_file("/dev/zero")).unwrap_err();
    assert_eq!(error.problems()[0].message(), "is longer than 1048576 bytes");
}

/// What references make of a variable is bounded, to the byte.
#[test]
fn a_value_may_become_so_long_and_no_longer() {
    const DEFAULT: usize = 64 * 1024;
    for (options, bytes_max) in [(process(&[]).value_bytes_max(100), 100), (process(&[]), DEFAULT)] {
        for (bytes, is_too_long) in [(bytes_max, false), (bytes_max + 1, true)] {
            let said = format!(
                "HALF={}\nREST={}\nALL=$HALF$REST\n",
                "x".repeat(bytes_max / 2),
                "x".repeat(bytes - bytes_max / 2)
            );
            let files = Files::new(&[(".env", &said)]);
            let options = options.clone().ignore_env_file(false).env_file(files.path(".env")).expand_variables(true);
            match ConfigService::read(&options) {
                Ok(config) => {
                    assert_eq!((is_too_long, text(&config, "ALL").map_or(0, |value| value.len())), (false, bytes))
                }
                Err(error) => {
                    let expected = format!("is longer than {bytes_max} bytes when its references are resolved");
                    assert_eq!((is_too_long, error.problems().len()), (true, 1));
                    assert_eq!((error.problems()[0].key(), error.problems()[0].message()), ("ALL", expected.as_str()));
                }
            }
        }
    }
}

#[test]
fn what_is_wrong_with_a_reference_does_not_quote_the_value() {
    let files = Files::new(&[(".env", "PASSWORD=pa$tiger99\nOTHER=\"${ti!ger}\"\nMORE='a${tiger'\n")]);
    let options = process(&[]).ignore_env_file(false).env_file(files.path(".env")).expand_variables(true);
    let error = ConfigService::read(&options).unwrap_err();
    assert_eq!(error.problems().len(), 3);
    assert!(!format!("{error} {error:?}").contains("ger"), "{error}");
}

/// Parity: CFG.19.
#[test]
fn the_environment_can_be_read_before_there_is_an_application() {
    let files = Files::new(&[(".env", "A=file\n")]);
    let options = ConfigOptions::new().env_file(files.path(".env")).process_env([("B", "process")]);
    let env = Env::read(&options).unwrap();
    assert_eq!((env.get("A"), env.get("B"), env.get("C")), (Some("file"), Some("process"), None));
    assert_eq!(env.names().collect::<Vec<_>>(), ["A", "B"]);
    let shown = format!("{env:?}");
    assert!(shown.contains("the environment of the process") && !shown.contains("\"file\""), "{shown}");
}

#[test]
fn a_problem_is_told_in_one_line_and_several_in_a_list() {
    let one: ConfigError = ConfigService::read(&process(&[]).file("absent.toml")).unwrap_err();
    assert_eq!(one.to_string(), "absent.toml is not there");
    let two = ConfigService::read(&process(&[]).file("absent.toml").file("a.json")).unwrap_err();
    assert_eq!(two.to_string(), "2 problems in the configuration\n  absent.toml is not there\n  a.json is not there",);
}
