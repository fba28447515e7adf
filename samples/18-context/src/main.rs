//! A job: the modules of an application, and no server.
//!
//! ```text
//! cargo run -p sample-context
//! ```
#![allow(clippy::print_stdout, reason = "what it prints is the job")]

use oriole::ApplicationContext;
use oriole::prelude::*;
use std::sync::Arc;

#[injectable]
struct Tasks;

impl Tasks {
    fn open(&self) -> [&'static str; 2] {
        ["water the plants", "feed the cat"]
    }
}

#[module(providers = [Tasks], exports = [Tasks])]
struct TasksModule;

#[injectable]
struct Report {
    tasks: Arc<Tasks>,
}

impl Report {
    async fn print(&self) {
        for task in self.tasks.open() {
            println!("- {task}");
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
    let tasks = app.module_ref().select::<TasksModule>()?.get::<Tasks>()?;
    println!("{} open", tasks.open().len());
    app.close().await?;
    Ok(())
}
