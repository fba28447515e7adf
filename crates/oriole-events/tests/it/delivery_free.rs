//! An application with a bus and nothing else.

use oriole::events::EventsModule;
use oriole::prelude::*;

#[module(root, imports = [EventsModule])]
pub(crate) struct Plain;
