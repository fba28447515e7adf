//! Everything that a test replaces.

use super::missing::{Missing, Mock};
use super::replaced::Replaced;
use super::replacement::{Reach, Replacement};
use crate::descriptor::{Binding, Location, ModuleDescriptor};
use crate::dynamic::{DynamicModule, ModuleParts};
use crate::graph::{Identity, Node, Report, identity};
use crate::inject::{Instance, Module};
use crate::token::{Key, TokenDescriptor};
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

/// Everything that a test replaces in an application, and what it supplies where nothing is provided.
///
/// Of two for one thing the later counts.
#[derive(Clone, Default)]
pub struct Overrides {
    providers: Vec<Override>,
    modules: Vec<OverriddenModule>,
    mocker: Option<Arc<Mocker>>,
}

type Mocker = dyn Fn(&Missing) -> Option<Mock> + Send + Sync;

/// One call.
#[derive(Clone, Debug)]
pub(super) struct Override {
    /// What it is an override of, in a word.
    what: &'static str,
    name: String,
    pub(super) token: Identity,
    pub(super) reach: Reach,
    pub(super) with: Replacement,
    at: Location,
}

#[derive(Clone, Debug)]
struct OverriddenModule {
    key: Key,
    name: &'static str,
    with: &'static ModuleDescriptor,
    parts: Option<ModuleParts>,
    at: Location,
}

impl Overrides {
    /// Replaces what answers to a token. `what` is the word for it, `name` its name, in the error that says that nothing is
    /// replaced (`ORI015`).
    pub fn provider(
        &mut self,
        what: &'static str,
        name: String,
        token: &TokenDescriptor,
        reach: Reach,
        with: Replacement,
        at: Location,
    ) {
        let token = identity(token);
        self.providers.retain(|other| (other.token, other.reach) != (token, reach));
        self.providers.push(Override { what, name, token, reach, with, at });
    }

    /// Replaces a module, wherever it is imported, by its name or by a call; calls are not evaluated then.
    pub fn module<M: Module, N: Module>(&mut self, with: Option<DynamicModule<N>>, at: Location) {
        let (module, parts) = (M::module(), with.map(DynamicModule::into_parts));
        self.modules.retain(|other| other.key != module.key);
        self.modules.push(OverriddenModule { key: module.key, name: module.name, with: N::module(), parts, at });
    }

    /// Asks for a stand-in for each need that nothing meets, once for each token. All who need it get the same.
    pub fn mocker(&mut self, mocker: impl Fn(&Missing) -> Option<Mock> + Send + Sync + 'static) {
        self.mocker = Some(Arc::new(mocker));
    }

    /// Whether nothing is replaced, as in an application.
    pub(crate) fn is_empty(&self) -> bool {
        self.providers.is_empty() && self.modules.is_empty()
    }

    /// What stands for a module.
    pub(crate) fn instead_of(&self, module: Key) -> Option<(&'static ModuleDescriptor, Option<ModuleParts>)> {
        let found = self.modules.iter().find(|replaced| replaced.key == module)?;
        Some((found.with, found.parts.clone()))
    }

    /// The lists of a module with what is replaced in them, if anything is.
    pub(crate) fn apply(&self, node: &Node<'_>) -> Option<Replaced> {
        if self.providers.is_empty() {
            return None;
        }
        Replaced::of(node, &self.providers)
    }

    /// The value that stands around handlers, by the provider that stands for it.
    pub(crate) fn value_around(&self, provider: &TokenDescriptor) -> Option<Instance> {
        let provider = identity(provider);
        // What is named by a type is no named token.
        let mut by_type = self.providers.iter().filter(|one| one.token.1.is_none());
        by_type.find(|one| identity(&one.with.provider.token) == provider)?.with.value.clone()
    }

    pub(crate) fn has_mocker(&self) -> bool {
        self.mocker.is_some()
    }

    /// A module with stand-ins for what is missing.
    pub(crate) fn mock<'a>(&self, missing: impl Iterator<Item = Missing> + 'a) -> Vec<(Binding, Instance)> {
        let Some(mocker) = &self.mocker else { return Vec::new() };
        let mut asked = HashSet::new();
        let mocks = missing.filter(|need| asked.insert(need.token())).filter_map(|need| mocker(&need));
        mocks.map(|mock| (mock.binding(), mock.value)).collect()
    }

    /// `ORI015` for each that replaces nothing.
    pub(crate) fn report_unused(&self, nodes: &[Node<'_>], root: &str, report: &mut Report<'_>) {
        for one in &self.providers {
            if !nodes.iter().any(|node| Replaced::touches(node, one)) {
                self.nothing(report, root, one);
            }
        }
        for module in &self.modules {
            // The root is imported by nobody.
            if !nodes[1..].iter().any(|node| node.key == module.key) {
                report.begin("ORI015");
                report.say("the test overrides the module ");
                report.name(module.name);
                report.say(", which nothing in ");
                report.name(root);
                report.say(" imports.");
                report.at(module.at);
                report.help();
                report.say("leave the override out, or name the module that is imported.");
                report.end();
            }
        }
    }

    fn nothing(&self, report: &mut Report<'_>, root: &str, one: &Override) {
        report.begin("ORI015");
        report.say("the test overrides the ");
        report.say(one.what);
        report.say(" ");
        report.name(&one.name);
        report.say(match one.reach {
            Reach::Provided => ", which no module of ",
            Reach::Around(_) => ", which nothing in ",
        });
        report.name(root);
        report.say(match one.reach {
            Reach::Provided => " provides.",
            Reach::Around(_) => " names by its type.",
        });
        report.at(one.at);
        report.help();
        report.say(match one.reach {
            Reach::Provided => "override the token under which it is provided: a trait, a type or a named constant.",
            Reach::Around(_) => {
                "one that is given as an expression, or by a call on the application, has no type to be found by."
            }
        });
        report.end();
    }
}

impl fmt::Debug for Overrides {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Overrides")
            .field("providers", &self.providers)
            .field("modules", &self.modules)
            .finish_non_exhaustive()
    }
}
