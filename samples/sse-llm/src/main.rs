//! The answer of a language model, token by token, as a stream that outlives its readers and the server.
//!
//! ```text
//! cargo run -p sample-sse-llm        # then open http://127.0.0.1:3000
//! ```
//!
//! Ask something; reload the page, open it in another tab, kill the server and start it again: the answer goes on, and no
//! token is lost or doubled. `PORT` chooses another port, `DATA` the file of the answers (`answers.redb` in the folder
//! for temporary files), `PACE` how many milliseconds a token takes.

mod model;

use model::Model;
use oriole::prelude::*;
use oriole::sse::{EventName, Joined, LastEventId, ProducerOptions, Producers, RedbStore, event_name};
use oriole::{SseModule, SseModuleOptions};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// How long a question may be, in bytes.
const QUESTION_BYTES_MAX: usize = 2_000;

/// How the first event of an answer is named.
const QUESTION: EventName = event_name!("question");

#[injectable]
struct AnswersController {
    producers: Arc<Producers>,
    model: Arc<Model>,
}

#[derive(Deserialize)]
struct Question {
    question: String,
}

#[derive(Serialize)]
struct Asked {
    id: String,
}

#[controller("answers")]
impl AnswersController {
    /// The question is the first event of its answer, so that whoever goes on with it after a restart finds everything in the log. The
    /// client gets the id when it is there; one that finds no room leaves nothing behind.
    #[post]
    async fn ask(&self, Json(Question { question }): Json<Question>) -> Result<Asked, HttpException> {
        if question.trim().is_empty() || question.len() > QUESTION_BYTES_MAX {
            return Err(HttpException::bad_request("a question has 1 to 2000 bytes"));
        }
        let id = new_id().map_err(HttpException::internal)?;
        let mut answer = self.producers.join(&id).or_start(Arc::clone(&self.model).answer(question)).await?;
        while let Some(event) = answer.next().await {
            if event.fields().event_type == Some(&QUESTION) {
                return Ok(Asked { id });
            }
        }
        Err(HttpException::service_unavailable("the question could not be kept"))
    }

    /// From the beginning, or from where the client was; begins the model again if the server was restarted meanwhile.
    #[sse("{id}")]
    async fn read(&self, Path(id): Path<String>, last: LastEventId) -> Result<Joined, HttpException> {
        Ok(self.producers.join(id).from(last).or_resume(Arc::clone(&self.model).go_on()).await?)
    }

    #[delete("{id}")]
    #[http_code(204)]
    async fn stop(&self, Path(id): Path<String>) -> Result<(), HttpException> {
        self.producers.stop(id).await?;
        Ok(())
    }
}

#[injectable]
struct PageController;

#[controller]
impl PageController {
    #[get]
    #[header("content-type", "text/html; charset=utf-8")]
    async fn page(&self) -> &'static str {
        include_str!("page.html")
    }
}

/// Whoever knows the id reads the answer, so it is not to be guessed.
fn new_id() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn options() -> SseModuleOptions {
    let path = std::env::var_os("DATA").map_or_else(|| std::env::temp_dir().join("answers.redb"), Into::into);
    let store = RedbStore::open(path).expect("the file of the answers can be opened");
    let producers = ProducerOptions::default().time_to_live(Duration::from_secs(300)).running_max(100);
    SseModuleOptions::default().store(store).producers(producers)
}

#[module(
    imports = [SseModule::for_root(options())],
    controllers = [AnswersController, PageController],
    providers = [Model],
)]
struct AppModule;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    Oriole::create::<AppModule>().await?.listen(format!("127.0.0.1:{port}")).await
}
