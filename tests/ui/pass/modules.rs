//! Who sees whom: exports, re-exports, global and generic modules.

use oriole::prelude::*;
use std::sync::Arc;

mod db {
    use oriole::prelude::*;
    use std::marker::PhantomData;
    use std::sync::Arc;

    #[injectable]
    struct Secret;

    #[injectable]
    pub struct Db {
        #[allow(dead_code)]
        secret: Arc<Secret>,
    }

    #[token]
    pub const NAME: Token<&'static str> = Token::new();

    #[token]
    pub trait Query: Send + Sync {}
    impl Query for Db {}

    pub struct Made(pub u8);

    #[provider]
    pub fn made() -> Made {
        Made(5)
    }

    #[module(
        providers = [Secret, Db, Db as dyn Query, NAME = "cats", made],
        exports = [Db, dyn Query, NAME, made],
    )]
    pub struct DbModule;

    #[injectable]
    pub struct Table<T: Send + Sync> {
        #[inject(default)]
        _of: PhantomData<T>,
    }

    #[module(imports = [DbModule], providers = [Table<T>], exports = [Table<T>, DbModule])]
    pub struct TableModule<T: Send + Sync> {
        #[inject(default)]
        _of: PhantomData<T>,
    }
}

#[injectable]
pub struct Settings;

#[module(global, providers = [Settings], exports = [Settings])]
pub struct SettingsModule;

#[token]
pub struct Cat;
#[token]
pub struct Dog;

#[injectable]
pub struct Shelter {
    pub cats: Arc<db::Table<Cat>>,
    pub dogs: Arc<db::Table<Dog>>,
    pub settings: Arc<Settings>,
    pub db: Arc<db::Db>,
    pub query: Arc<dyn db::Query>,
    #[inject(db::NAME)]
    pub name: Arc<&'static str>,
    pub made: Arc<db::Made>,
}

#[module(imports = [db::TableModule<Cat>, self::db::TableModule::<Dog>], providers = [Shelter], exports = [Shelter])]
pub struct ShelterModule;

#[module(root, imports = [SettingsModule, ShelterModule])]
pub struct AppModule;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let app = Oriole::create::<AppModule>().await?;
    let shelter = app.get::<Shelter>().expect("provided");
    assert_eq!((*shelter.name, shelter.made.0), ("cats", 5));
    Ok(())
}

// Parity: MOD.2, MOD.3, MOD.6, MOD.8.
