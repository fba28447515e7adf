//! Every way to make a dynamic module.

use oriole::prelude::*;
use oriole::{OptionsFactory, UseClass, UseExisting};
use std::sync::Arc;

#[token]
#[derive(Debug, PartialEq)]
pub struct MailOptions {
    pub from: String,
}

#[injectable]
pub struct Mailer {
    options: Arc<MailOptions>,
}

#[module(for_root = MailOptions, providers = [Mailer], exports = [Mailer, MailOptions])]
pub struct MailModule;

fn from(name: &str) -> MailOptions {
    MailOptions { from: name.to_owned() }
}

// The options at hand.

#[injectable]
pub struct Cats {
    mailer: Arc<Mailer>,
    options: Arc<MailOptions>,
}

#[module(imports = [MailModule::for_root(from("cats"))], providers = [Cats], exports = [Cats])]
pub struct CatsModule;

// From a factory with needs, which the module has to see.

#[injectable]
pub struct Settings;

#[module(providers = [Settings], exports = [Settings])]
pub struct SettingsModule;

#[provider]
async fn mail_options(settings: Arc<Settings>) -> Result<MailOptions, String> {
    let _ = settings;
    Ok(from("dogs"))
}

#[injectable]
pub struct Dogs {
    mailer: Arc<Mailer>,
}

#[module(
    imports = [MailModule::for_root_async::<mail_options>().import::<SettingsModule>()],
    providers = [Dogs],
    exports = [Dogs],
)]
pub struct DogsModule;

// From a class, and from a provider that is there already.

#[injectable]
pub struct MailConfig {
    settings: Arc<Settings>,
}

impl OptionsFactory for MailConfig {
    type Options = MailOptions;

    async fn create(&self) -> Result<MailOptions, BoxError> {
        let _ = &self.settings;
        Ok(from("config"))
    }
}

#[module(imports = [SettingsModule], providers = [MailConfig], exports = [MailConfig])]
pub struct ConfigModule;

#[injectable]
pub struct Birds {
    mailer: Arc<Mailer>,
}

#[module(
    imports = [MailModule::for_root_async::<UseClass<MailConfig>>().import::<SettingsModule>()],
    providers = [Birds],
    exports = [Birds],
)]
pub struct BirdsModule;

#[injectable]
pub struct Fish {
    mailer: Arc<Mailer>,
}

#[module(
    imports = [MailModule::for_root_async::<UseExisting<MailConfig>>().import::<ConfigModule>()],
    providers = [Fish],
    exports = [Fish],
)]
pub struct FishModule;

// By hand: a flag that shapes the module and is no option, a name, a trait, another module, a failing and a slow one.

#[token]
pub trait Store: Send + Sync {
    fn name(&self) -> &'static str;
}

pub struct Memory;
impl Store for Memory {
    fn name(&self) -> &'static str {
        "memory"
    }
}

#[token]
pub const LIMIT: Token<u32> = Token::new();

#[injectable]
pub struct Audit;

#[injectable]
pub struct Cache {
    store: Arc<dyn Store>,
    #[inject(LIMIT)]
    limit: Arc<u32>,
    audit: Option<Arc<Audit>>,
    mailer: Option<Arc<Mailer>>,
}

#[module(register = u64, dynamic = [dyn Store, LIMIT, Audit], providers = [Cache], exports = [Cache, Audit])]
pub struct CacheModule;

impl CacheModule {
    /// Overrides what the macro made, and calls it.
    pub fn with(limit: u32, audit: bool) -> DynamicModule<Self> {
        let module = Self::register(7).shared::<dyn Store>(Arc::new(Memory)).token(LIMIT, limit);
        if audit { module.provider::<Audit>().import_dynamic(MailModule::for_root(from("audit"))) } else { module }
    }

    pub async fn connect(limit: Result<u32, String>) -> Result<DynamicModule<Self>, String> {
        Ok(Self::with(limit?, false))
    }
}

fn elsewhere() -> DynamicModule<CacheModule> {
    CacheModule::with(2, false)
}

/// A call in one module that exports it by its type shares it among many.
#[module(imports = [CacheModule::with(1, true)], exports = [CacheModule])]
pub struct SharedCacheModule;

#[injectable]
pub struct First {
    cache: Arc<Cache>,
    audit: Arc<Audit>,
}
#[module(imports = [SharedCacheModule], providers = [First], exports = [First])]
pub struct FirstModule;

#[injectable]
pub struct Second {
    cache: Arc<Cache>,
}
#[module(imports = [SharedCacheModule], providers = [Second], exports = [Second])]
pub struct SecondModule;

#[injectable]
pub struct Third {
    cache: Arc<Cache>,
}
#[module(imports = [CacheModule = elsewhere()], providers = [Third], exports = [Third])]
pub struct ThirdModule;

#[injectable]
pub struct Fourth {
    cache: Arc<Cache>,
}
#[module(imports = [CacheModule::connect(Ok(4)).await?], providers = [Fourth], exports = [Fourth])]
pub struct FourthModule;

// Seen everywhere, because this import says so.

#[token]
pub struct Region(pub &'static str);

#[module(for_root = Region, exports = [Region])]
pub struct RegionModule;

#[injectable]
pub struct Faraway {
    region: Arc<Region>,
    settings: Arc<Settings>,
}

#[module(providers = [Faraway], exports = [Faraway])]
pub struct FarawayModule;

/// A module may have type parameters.
#[injectable]
pub struct Repo<T: Send + Sync> {
    of: Arc<T>,
}

#[module(dynamic = [T], providers = [Repo<T>], exports = [Repo<T>])]
pub struct RepoModule<T: Send + Sync> {
    #[inject(default)]
    of: std::marker::PhantomData<T>,
}

impl<T: Send + Sync + oriole::InjectionToken> RepoModule<T> {
    pub fn for_feature(of: T) -> DynamicModule<Self> {
        DynamicModule::new().value(of)
    }
}

#[token]
pub struct Cat(u8);

#[module(
    imports = [
        CatsModule,
        DogsModule,
        BirdsModule,
        FishModule,
        FirstModule,
        SecondModule,
        ThirdModule,
        FourthModule,
        FarawayModule,
        global RegionModule::for_root(Region("north")),
        global SettingsModule,
        RepoModule::<Cat>::for_feature(Cat(9)),
    ],
)]
pub struct AppModule {
    cats: Arc<Cats>,
    dogs: Arc<Dogs>,
    birds: Arc<Birds>,
    fish: Arc<Fish>,
    first: Arc<First>,
    second: Arc<Second>,
    third: Arc<Third>,
    fourth: Arc<Fourth>,
    faraway: Arc<Faraway>,
    cat: Arc<Repo<Cat>>,
}

impl OnModuleInit for AppModule {
    async fn on_module_init(&self) -> Result<(), BoxError> {
        assert!(Arc::ptr_eq(&self.cats.mailer.options, &self.cats.options));
        let from = [&self.cats.mailer, &self.dogs.mailer, &self.birds.mailer, &self.fish.mailer];
        assert_eq!(from.map(|mailer| &*mailer.options.from), ["cats", "dogs", "config", "config"]);

        assert!(Arc::ptr_eq(&self.first.cache, &self.second.cache), "one call is one module");
        let caches = [&self.first.cache, &self.third.cache, &self.fourth.cache];
        assert_eq!(caches.map(|cache| *cache.limit), [1, 2, 4]);
        assert_eq!(caches.map(|cache| cache.audit.is_some()), [true, false, false]);
        assert_eq!(self.first.cache.mailer.as_ref().expect("imported").options.from, "audit");
        assert!(self.third.cache.mailer.is_none());
        assert!(Arc::ptr_eq(self.first.cache.audit.as_ref().expect("provided"), &self.first.audit));
        assert_eq!(self.first.cache.store.name(), "memory");

        assert_eq!(self.faraway.region.0, "north");
        let _ = &self.faraway.settings;
        assert_eq!(self.cat.of.0, 9);
        Ok(())
    }
}

#[oriole::main]
async fn main() -> oriole::Result<()> {
    Oriole::create::<AppModule>().await?.into_service().await?;
    Ok(())
}

// Parity: DYN.1, DYN.2, DYN.3, DYN.4, DYN.5, DYN.6, DYN.8, DYN.9, DYN.10, MOD.10, MOD.11, MOD.12, MOD.13, MOD.14.
