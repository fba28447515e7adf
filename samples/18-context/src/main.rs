//! A job: the modules of an application, and no server.
//!
//! ```text
//! cargo run -p sample-context
//! ```
#![allow(clippy::print_stdout, reason = "what it prints is the job")]

use oriole::ApplicationContext;
use oriole::prelude::*;
use std::sync::Arc;

#[cfg(test)]
mod tests;

/// Where tasks are kept. The tests of what needs it have a stand-in, `MockTasks`.
#[cfg_attr(test, oriole_testing::automock)]
#[token]
trait Tasks: Send + Sync {
    fn open(&self) -> Vec<&'static str>;
}

#[injectable]
struct Household;

impl Tasks for Household {
    fn open(&self) -> Vec<&'static str> {
        vec!["water the plants", "feed the cat"]
    }
}

#[module(providers = [Household as dyn Tasks], exports = [dyn Tasks])]
struct TasksModule;

#[injectable]
struct Report {
    tasks: Arc<dyn Tasks>,
}

impl Report {
    fn lines(&self) -> Vec<String> {
        self.tasks.open().iter().map(|task| format!("- {task}")).collect()
    }

    async fn print(&self) {
        for line in self.lines() {
            println!("{line}");
        }
    }
}

impl OnApplicationShutdown for Report {
    async fn on_application_shutdown(&self, _: Option<Signal>) -> Result<(), BoxError> {
        println!("done");
        Ok(())
    }
}

#[module(imports = [TasksModule], providers = [Report])]
struct AppModule;

#[oriole::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let app = ApplicationContext::create::<AppModule>().await?;
    app.module_ref().get::<Report>()?.print().await;
    // A module that the root imports is reached by its type.
    let tasks = app.module_ref().select::<TasksModule>()?.get::<dyn Tasks>()?;
    println!("{} open", tasks.open().len());
    app.close().await?;
    Ok(())
}
