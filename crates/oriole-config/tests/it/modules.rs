//! The modules, in applications.

use crate::support::process;
use oriole::config::{
    ConditionalModule, Config, ConfigError, ConfigFeature, ConfigModule, ConfigOptions, ConfigService, UseConfig,
};
use oriole::prelude::*;
use oriole::{ApplicationContext, BootError};
use serde::Deserialize;
use std::sync::Arc;

#[oriole::config("mail")]
#[derive(Clone, Debug, Deserialize)]
struct MailConfig {
    host: String,
    port: u16,
}

#[oriole::config("cats")]
#[derive(Debug, Deserialize)]
struct CatsConfig {
    max: u8,
}

#[injectable]
struct Cats {
    config: Config<CatsConfig>,
    same: Arc<CatsConfig>,
    service: Arc<ConfigService>,
}

#[module(imports = [ConfigFeature<CatsConfig>], providers = [Cats], exports = [ConfigFeature<CatsConfig>])]
struct CatsModule;

/// Another module's options, which the configuration makes.
#[token]
struct MailerOptions(String);

impl From<MailConfig> for MailerOptions {
    fn from(config: MailConfig) -> Self {
        Self(format!("{}:{}", config.host, config.port))
    }
}

#[injectable]
struct Mailer {
    options: Arc<MailerOptions>,
}

#[module(for_root = MailerOptions, providers = [Mailer], exports = [Mailer])]
struct MailerModule;

#[module(
    root,
    imports = [ConfigModule::for_root(good()), CatsModule, MailerModule::for_root_async::<UseConfig<MailConfig>>()],
)]
struct AppModule {
    /// What is imported is passed on.
    _cats: Config<CatsConfig>,
}

fn good() -> ConfigOptions {
    process(&[("CATS_MAX", "9"), ("MAIL_HOST", "mail.example.org"), ("MAIL_PORT", "25"), ("PORT", "8080")])
}

/// Parity: CFG.12, CFG.13, CFG.15, CFG.22.
#[tokio::test]
async fn namespaces_are_needs_of_their_module() {
    let app = ApplicationContext::create::<AppModule>().await.unwrap();
    let cats = app.get::<Cats>().unwrap();
    assert_eq!(cats.config.max, 9);
    assert!(std::ptr::eq(&raw const *cats.config, Arc::as_ptr(&cats.same)), "one instance, under both");
    assert!(Arc::ptr_eq(&cats.service.namespace::<CatsConfig>().unwrap(), &cats.same));
    assert_eq!(app.get::<Mailer>().unwrap().options.0, "mail.example.org:25");
    let port: u16 = app.get::<ConfigService>().unwrap().require("PORT").unwrap();
    assert_eq!(port, 8080);
    app.close().await.unwrap();
}

#[module(
    imports = [ConfigModule::for_root(bad()), CatsModule, MailerModule::for_root_async::<UseConfig<MailConfig>>()],
    providers = [never],
)]
struct BadModule {
    _never: Arc<Never>,
}

fn bad() -> ConfigOptions {
    process(&[("CATS_MAX", "many"), ("MAIL_PORT", "25")])
}

struct Never;

/// Needs a namespace, and so is not built.
#[provider]
fn never(_config: Config<CatsConfig>) -> Result<Never, String> {
    panic!("no factory runs that wants what is wrong")
}

/// Parity: CFG.16.
#[tokio::test]
async fn the_start_tells_every_problem_of_every_namespace() {
    let error = ApplicationContext::create::<BadModule>().await.unwrap_err();
    let BootError::Factory { provider, source, .. } = &error else { panic!("{error}") };
    assert_eq!(*provider, "ConfigService");
    let problems = source.downcast_ref::<ConfigError>().unwrap().problems();
    let keys: Vec<_> = problems.iter().map(oriole::config::Problem::key).collect();
    assert_eq!(keys, ["mail.host", "cats.max"]);
    assert!(
        error.to_string().contains("cats.max must be an integer number (CATS_MAX in the environment of the process)")
    );
}

#[provider]
async fn options() -> ConfigOptions {
    tokio::task::yield_now().await;
    good()
}

#[module(root, imports = [ConfigModule::for_root_async::<options>(), CatsModule])]
struct AsyncModule;

#[tokio::test]
async fn options_may_come_from_a_factory() {
    let app = ApplicationContext::create::<AsyncModule>().await.unwrap();
    assert_eq!(app.get::<Cats>().unwrap().config.max, 9);
}

#[injectable]
struct Optional;

#[module(providers = [Optional], exports = [Optional])]
struct OptionalModule;

#[injectable]
struct User {
    optional: Option<Arc<Optional>>,
}

fn flags() -> ConfigOptions {
    process(&[("ON", "yes"), ("OFF", "FALSE")])
}

macro_rules! conditional {
    ($module:ident = $import:expr) => {
        #[module(imports = [ConditionalModule<OptionalModule> = $import], providers = [User])]
        struct $module;
    };
}
conditional!(On = ConditionalModule::<OptionalModule>::register_when(&flags(), "ON")?);
conditional!(Absent = ConditionalModule::<OptionalModule>::register_when(&flags(), "ABSENT")?);
conditional!(Off = ConditionalModule::<OptionalModule>::register_when(&flags(), "OFF")?);
conditional!(By = ConditionalModule::<OptionalModule>::register_if(&flags(), |env| env.get("ON") == Some("yes"))?);
conditional!(NotBy = ConditionalModule::<OptionalModule>::register_if(&flags(), |env| env.get("ON") == Some("no"))?);
conditional!(Unread = ConditionalModule::<OptionalModule>::register_when(&unreadable(), "ON")?);

fn unreadable() -> ConfigOptions {
    flags().ignore_env_file(false).env_file(".")
}

async fn has<M: oriole::Module>() -> bool {
    let app = ApplicationContext::create::<M>().await.expect("it is sound");
    app.get::<User>().expect("it is provided").optional.is_some()
}

/// Parity: CFG.20.
#[tokio::test]
async fn a_module_is_imported_if_the_environment_says_so() {
    assert!(has::<On>().await && has::<Absent>().await && has::<By>().await);
    assert!(!has::<Off>().await && !has::<NotBy>().await);
    let error = ApplicationContext::create::<Unread>().await.unwrap_err();
    assert!(matches!(error, BootError::Import { .. }), "{error}");
}

#[module(imports = [ConfigFeature<MailConfig>])]
struct LaterModule {
    _mail: Config<MailConfig>,
}

#[module(imports = [ConfigModule::for_root(process(&[]))])]
struct EmptyModule;

#[tokio::test]
async fn a_module_that_is_loaded_later_is_checked_then() {
    let app = ApplicationContext::create::<EmptyModule>().await.unwrap();
    let error = app.lazy_modules().load::<LaterModule>().await.unwrap_err();
    let BootError::Factory { provider: "MailConfig", source, .. } = &error else { panic!("{error}") };
    assert_eq!(source.downcast_ref::<ConfigError>().unwrap().problems().len(), 2);
}
