//! The lists of one module, with what a test replaced.

use super::list::Override;
use super::replacement::Reach;
use crate::descriptor::{Binding, ProviderDescriptor};
use crate::graph::{Identity, Node, identity};
use crate::inject::Instance;
use crate::token::Key;

/// Turns an instance into what a token stands for.
type Convert = fn(Instance) -> Instance;

/// The lists of one module, as long as they were, with replaced entries.
#[derive(Clone, Debug)]
pub(crate) struct Replaced {
    pub(crate) bindings: Vec<Binding>,
    /// The values that a test supplies for them, at the same places.
    pub(crate) values: Vec<Option<Instance>>,
    /// What stands around the handlers of each controller.
    pub(crate) enhancers: Vec<Vec<&'static ProviderDescriptor>>,
    /// How the instances of those become what stands around handlers, at the same places.
    pub(crate) converts: Vec<Vec<Option<Convert>>>,
}

impl Replaced {
    /// `None` if nothing of the module is replaced.
    pub(super) fn of(node: &Node<'_>, overrides: &[Override]) -> Option<Self> {
        if !overrides.iter().any(|one| Self::touches(node, one)) {
            return None;
        }
        let sources = sources(node);
        let bindings = (0..node.bindings()).map(|at| {
            let listed = node.listed(at);
            match overrides.iter().find(|one| one.reaches(listed, &sources)) {
                Some(one) => (one.bind(listed), one.with.value.clone()),
                None => (*listed, None),
            }
        });
        let (bindings, values) = bindings.unzip();
        let named = |at: usize| {
            let enhancers = node.controller(at).enhancers.iter();
            enhancers.map(|enhancer| match overrides.iter().find(|one| one.is_of(enhancer)) {
                Some(one) => (one.with.provider, one.with.convert),
                None => (*enhancer, None),
            })
        };
        let controllers = 0..node.controllers();
        let (enhancers, converts) = controllers.map(|at| named(at).unzip()).unzip();
        Some(Self { bindings, values, enhancers, converts })
    }

    /// Whether an override replaces anything in a module.
    pub(super) fn touches(node: &Node<'_>, one: &Override) -> bool {
        let sources = sources(node);
        (0..node.bindings()).any(|at| one.reaches(node.listed(at), &sources))
            || (0..node.controllers()).any(|at| node.controller(at).enhancers.iter().any(|other| one.is_of(other)))
    }
}

/// Which instance each token of the module leads to.
fn sources(node: &Node<'_>) -> Vec<(Identity, Key)> {
    (0..node.bindings()).map(|at| node.listed(at)).map(|one| (identity(&one.token), one.source)).collect()
}

impl Override {
    /// Whether an entry of `providers` is replaced.
    fn reaches(&self, binding: &Binding, sources: &[(Identity, Key)]) -> bool {
        match self.reach {
            Reach::Provided => {
                let shares = || binding.token.many || sources.contains(&(self.token, binding.source));
                identity(&binding.token) == self.token || (self.is_of(binding.provider) && shares())
            }
            Reach::Around(kind) => binding.token.many && binding.token.type_id == kind && self.is_of(binding.provider),
        }
    }

    fn is_of(&self, provider: &ProviderDescriptor) -> bool {
        identity(&provider.token) == self.token
    }

    /// The entry that takes the place of another.
    fn bind(&self, listed: &Binding) -> Binding {
        let is_itself = identity(&listed.token) == self.token;
        // What shares the instance is made of it as before; what stands around handlers is made as the test says.
        let convert = match self.reach {
            Reach::Provided if is_itself => self.with.convert,
            Reach::Provided => listed.convert,
            Reach::Around(_) => self.with.convert,
        };
        // One instance for each override, and none with what the module lists.
        let source =
            Key::of("override").with(Key::of(self.with.source)).with(Key::of(self.token.1.unwrap_or_default()));
        Binding { source, provider: self.with.provider, token: listed.token, convert, at: listed.at }
    }
}
