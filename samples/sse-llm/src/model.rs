//! A pretend language model: it answers the same question with the same words.

use crate::QUESTION;
use futures_util::stream;
use oriole::prelude::*;
use oriole::sse::Progress;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// Answers at the pace of `PACE` milliseconds a token, 60 unless it is set.
#[injectable]
#[derive(Debug)]
pub(crate) struct Model {
    #[inject(default)]
    pace: Pace,
}

#[derive(Debug)]
struct Pace(Duration);

impl Default for Pace {
    fn default() -> Self {
        let millis = std::env::var("PACE").ok().and_then(|pace| pace.parse().ok());
        Self(Duration::from_millis(millis.unwrap_or(60)))
    }
}

pub(crate) type Tokens = Pin<Box<dyn Stream<Item = MessageEvent> + Send>>;

impl Model {
    /// Makes an answer: the question, and then the tokens.
    pub(crate) fn answer(self: Arc<Self>, question: String) -> impl FnOnce(Progress) -> Tokens + Send + 'static {
        move |_| {
            let first = MessageEvent::new(question.clone()).event_type(QUESTION);
            Box::pin(stream::iter([first]).chain(self.say(&question, 0)))
        }
    }

    /// Makes the rest of an answer from what the log has of it: the question, and the tokens so far.
    ///
    /// A model that is the same each time skips what it has said. One that is not is asked to continue: it is given the question
    /// and the text so far, which are both here.
    pub(crate) fn go_on(self: Arc<Self>) -> impl FnOnce(Progress) -> Tokens + Send + 'static {
        move |progress| {
            let question = progress.events().first().and_then(|question| question.fields().data).unwrap_or_default();
            self.say(question, progress.len().saturating_sub(1))
        }
    }

    /// Says the tokens, but for so many.
    fn say(&self, question: &str, said: usize) -> Tokens {
        let rest: Vec<_> = tokens(question).into_iter().skip(said).collect();
        let pace = self.pace.0;
        Box::pin(stream::iter(rest).then(move |token| async move {
            tokio::time::sleep(pace).await;
            MessageEvent::new(token)
        }))
    }
}

const THOUGHTS: &[&str] = &[
    "An oriole weaves its nest from thousands of threads, and hangs it where the wind is strongest.",
    "It does not mind the wind: the nest gives way, and comes back.",
    "A stream should be built like that.",
    "When the line breaks, the words are not in the line; they are in the log, each in its place.",
    "Whoever returns says which was the last, and hears the next.",
    "Nobody has to shout a thing twice, and nobody has to guess what was said in between.",
    "So you may close the lid, walk to another room, and read on there.",
    "You may even pull the plug.",
    "The one who speaks begins again where the log ends, not where the memory does.",
    "And at the very end there is a last word, so that everyone knows that it was the last.",
];

/// Gives the words of an answer, each with the blank or the line end behind it.
fn tokens(question: &str) -> Vec<String> {
    // Where it begins depends on the question, so that answers differ.
    let begin = question.bytes().fold(7_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    let mut words = vec!["You asked: ".to_owned(), format!("“{}”\n\n", question.trim())];
    for number in 0..THOUGHTS.len() {
        let thought = THOUGHTS[(begin + number) % THOUGHTS.len()];
        words.extend(thought.split_inclusive(' ').map(str::to_owned));
        if let Some(last) = words.last_mut() {
            last.push_str(if number % 3 == 2 { "\n\n" } else { " " });
        }
    }
    words
}
