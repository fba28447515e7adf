//! Ending a producer from outside.

use std::sync::Arc;

use super::log::{LogState, look};
use super::producers::Shared;
use super::run::{Command, RunState};
use super::{ProducerEnd, ProducerError};
use crate::hub::PublishError;
use crate::store::{AppendRefusal, StoreError, Topic};

/// How often a producer in another process may be quicker than us.
const ATTEMPTS_MAX: usize = 100;

pub(super) async fn stop(shared: &Arc<Shared>, topic: Topic) -> Result<bool, ProducerError> {
    if let Some(mut run) = shared.running(&topic) {
        run.commands.send_if_modified(|command| {
            let goes_on = *command == Command::GoOn;
            if goes_on {
                *command = Command::Stop;
            }
            goes_on
        });
        if run.ended().await == RunState::Finished {
            return Ok(true);
        }
    }
    // Nobody runs it here: the last event is ours to append.
    for _ in 0..ATTEMPTS_MAX {
        let look = look(&shared.hub, &shared.options.finished, &topic).await;
        let end = match look.map_err(ProducerError::Store)? {
            LogState::Empty | LogState::Forgotten(_) => return Err(ProducerError::Unknown),
            LogState::Finished(_) => return Ok(false),
            LogState::Open(end) => end,
        };
        let last = ProducerEnd::Stopped.event(shared.options.finished.clone());
        match shared.hub.produce(topic.clone(), last).after(end).await {
            Ok(_) => return Ok(true),
            Err(PublishError::Refused(AppendRefusal::Conflict { .. })) => {}
            Err(PublishError::Store(error)) => return Err(ProducerError::Store(error)),
            Err(PublishError::Away) => return Err(ProducerError::Store(StoreError::away(None))),
            Err(error) => return Err(ProducerError::Store(StoreError::failed(error))),
        }
    }
    Err(ProducerError::Store(StoreError::failed("another process appends faster than this one can stop it")))
}
