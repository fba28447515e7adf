//! Metadata that nobody reads: a guard was forgotten, or reads another type. Told of in development.

use crate::pipeline::{AnyMeta, Pipeline};
use oriole_core::Location;

/// What a controller says of all its handlers, until one of them has somebody around it who reads it.
pub(super) struct Unread {
    of_all: Vec<AnyMeta>,
    has_readers: bool,
}

impl Unread {
    pub(super) fn new(of_all: &[AnyMeta]) -> Self {
        Self { of_all: if cfg!(debug_assertions) { of_all.to_vec() } else { Vec::new() }, has_readers: false }
    }

    /// Looks at a handler, of which these are what it says itself.
    pub(super) fn look(&mut self, pipeline: &Pipeline, own: usize, controller: &str, handler: &str, at: Location) {
        if cfg!(debug_assertions) {
            self.has_readers |= pipeline.has_readers();
            self.of_all.retain(|meta| !pipeline.reads(meta));
            for meta in pipeline.meta().iter().take(own).filter(|meta| !pipeline.reads(meta)) {
                warn(meta, &format!("{controller}::{handler}"), pipeline.has_readers(), at);
            }
        }
    }

    /// Tells of what nobody read.
    pub(super) fn tell(self, controller: &str, at: Location) {
        for meta in &self.of_all {
            warn(meta, controller, self.has_readers, at);
        }
    }
}

fn warn(meta: &AnyMeta, of: &str, has_readers: bool, at: Location) {
    let name = meta.name();
    let why = if has_readers {
        "none of what stands around it says that it does"
    } else {
        "no guard, interceptor or filter around it does"
    };
    tracing::warn!(
        target: "oriole::RouterExplorer",
        "nobody reads `{name}`, which `#[meta(..)]` says of `{of}`: {why}\n  --> {at}"
    );
}
