//! One instance for each consumer.

use http_tests::App;
use oriole::Inquirer;
use oriole::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

#[injectable]
pub struct Count {
    #[inject(default)]
    made: AtomicU32,
    #[inject(default)]
    hooked: AtomicU32,
}

/// Made by a factory that waits, so that both ways to build are there.
pub struct Log {
    number: u32,
    of: Option<&'static str>,
    tag: Arc<Tag>,
    count: Arc<Count>,
}

#[provider(transient)]
async fn log(count: Arc<Count>, inquirer: Inquirer, tag: Arc<Tag>) -> Log {
    tokio::task::yield_now().await;
    let number = count.made.fetch_add(1, Ordering::Relaxed);
    Log { number, of: inquirer.name(), tag, count }
}

impl OnModuleInit for Log {
    async fn on_module_init(&self) -> Result<(), BoxError> {
        self.count.hooked.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

#[injectable(transient)]
pub struct Tag {
    of: Inquirer,
}

#[injectable]
pub struct Cats {
    log: Arc<Log>,
    other: Arc<Log>,
    inquirer: Inquirer,
}

#[injectable]
pub struct Dogs {
    log: Arc<Log>,
}

#[injectable]
pub struct Zoo {
    cats: Arc<Cats>,
    again: Arc<Cats>,
    dogs: Arc<Dogs>,
    count: Arc<Count>,
}

#[controller("zoo")]
impl Zoo {
    #[get]
    async fn all(&self) -> String {
        assert!(Arc::ptr_eq(&self.cats, &self.again), "what has a transient need is no less a singleton");
        assert!(self.cats.inquirer.name().is_none(), "a singleton is made for nobody");
        let logs = [&self.cats.log, &self.cats.other, &self.dogs.log];
        let words = logs.map(|log| format!("{}{}", log.of.unwrap_or("?"), log.tag.of.name().unwrap_or("?")));
        let mut numbers = logs.map(|log| log.number);
        numbers.sort_unstable();
        format!("{} {numbers:?} {}", words.join(" "), self.count.hooked.load(Ordering::Relaxed))
    }
}

#[module(providers = [Count, Dogs, Cats, log, Tag], controllers = [Zoo])]
pub struct ZooModule;

/// Parity: SCO.1, SCO.3, SCO.6, SCO.8.
#[tokio::test]
async fn each_consumer_gets_its_own_and_can_be_named() {
    let app = App::serve::<ZooModule>().await;
    let expected = "CatsLog CatsLog DogsLog [0, 1, 2] 3";
    assert_eq!(app.get("/zoo").await.body, expected);
    assert_eq!(app.get("/zoo").await.body, expected, "made once, at the start");
    app.end().await;
}

#[tokio::test]
async fn nobody_gets_one_by_the_application() {
    let app = Oriole::create::<ZooModule>().await.expect("it is sound");
    assert!(app.get::<Log>().is_none());
    assert!(app.get::<Cats>().is_some());
}
