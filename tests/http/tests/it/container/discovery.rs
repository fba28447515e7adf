//! What an application consists of.

use oriole::prelude::*;
use oriole::{Discovered, Discovery, Scope};
use std::sync::Arc;

trait Task: Send + Sync {
    fn run(&self) -> String;
}

struct Job {
    name: &'static str,
    task: fn(&Discovered) -> Option<Arc<dyn Task>>,
}

#[derive(Debug, PartialEq)]
struct Rank(u8);

#[injectable]
#[meta(Job { name: "daily", task: |found| Some(found.get::<Self>()?) }, Rank(1))]
pub struct Report;

impl Task for Report {
    fn run(&self) -> String {
        "reported".to_owned()
    }
}

/// Above the attribute that reads it, as well.
#[meta(Job { name: "weekly", task: |found| Some(found.get::<Self>()?) })]
#[injectable]
#[meta(Rank(2))]
pub struct Clean {
    discovery: Discovery,
}

impl Task for Clean {
    fn run(&self) -> String {
        let names = |all: Vec<Discovered>| all.iter().map(Discovered::name).collect::<Vec<_>>().join(" ");
        format!("{}; {}", names(self.discovery.providers()), names(self.discovery.controllers()))
    }
}

/// Looks while it is built, and when it is ready.
#[injectable]
pub struct Plugin {
    discovery: Discovery,
    early: Arc<Early>,
    #[inject(default)]
    found: std::sync::Mutex<Vec<String>>,
}

pub struct Early(usize);

struct Look(Discovery);

#[provider]
fn early(clean: Arc<Clean>) -> Early {
    Early(Look(clean.discovery.clone()).0.providers().len())
}

impl OnModuleInit for Plugin {
    async fn on_module_init(&self) -> Result<(), BoxError> {
        let jobs = self.discovery.with_meta::<Job>();
        let lines = jobs.iter().map(|(found, job)| {
            let task = (job.task)(found).expect("it is what it says");
            let rank = found.meta::<Rank>().expect("marked");
            assert!(found.at().file.ends_with("discovery.rs") && found.scope() == Scope::Singleton);
            format!("{} {} {} {}: {}", job.name, found.module(), rank.0, found.is_controller(), task.run())
        });
        self.found.lock().expect("nobody panicked").extend(lines);
        Ok(())
    }
}

#[injectable]
#[meta(Rank(3))]
pub struct Page;

#[controller]
impl Page {
    #[get]
    async fn get(&self) {}
}

#[module(providers = [Report], controllers = [Page])]
pub struct ReportModule;

#[module(imports = [ReportModule], providers = [Clean, Plugin, early])]
pub struct PluginModule;

/// Parity: DSC.1, DSC.2, DSC.3, DSC.4.
#[tokio::test]
async fn a_plugin_finds_what_is_marked_for_it() {
    let app = Oriole::create::<PluginModule>().await.expect("it is sound");
    let plugin = app.get::<Plugin>().expect("provided");
    let ranked = plugin.discovery.with_meta::<Rank>();
    let service = app.into_service().await.expect("no hook fails");
    assert_eq!(
        *plugin.found.lock().expect("nobody panicked"),
        ["daily ReportModule 1 false: reported", "weekly PluginModule 2 false: Report Clean Plugin Early; Page",]
    );
    let ranks: Vec<_> = ranked.iter().map(|(found, rank)| (found.name(), rank.0, found.is_controller())).collect();
    assert_eq!(ranks, [("Report", 1, false), ("Page", 3, true), ("Clean", 2, false)]);
    assert_eq!(plugin.early.0, 0, "nothing is there while the application is built");
    drop((service, ranked));
    assert!(plugin.discovery.providers().is_empty(), "nor afterwards");
}
