//! Graphs made at run time.

use futures_util::FutureExt;
use oriole_core::graph::{Plan, Report, check};
use oriole_core::{
    Binding, Build, Export, ExportTarget, Import, Instance, Key, Location, ModuleDescriptor, NeedDescriptor,
    ProviderDescriptor, TokenDescriptor,
};
use std::sync::Arc;

/// Tokens are told apart by their names here, at compile time (key) and at run time (qualifier).
pub(crate) fn token(name: &'static str) -> TokenDescriptor {
    TokenDescriptor { key: Some(Key::of(name)), qualifier: Some(name), ..TokenDescriptor::of::<String>(None, name) }
}

pub(crate) fn at(line: u32) -> Location {
    Location { file: "app.rs", line, column: 1 }
}

pub(crate) fn provider(name: &'static str, needs: &[(&'static str, bool)]) -> &'static ProviderDescriptor {
    let needs: Vec<_> = needs
        .iter()
        .map(|&(need, optional)| NeedDescriptor { optional, ..NeedDescriptor::new(token(need), "field", at(7)) })
        .collect();
    let build = Build::Sync(|_| Ok(Instance::new(Arc::new(String::new()))));
    let provider = ProviderDescriptor::new(token(name), build, at(3));
    Box::leak(Box::new(ProviderDescriptor { needs: needs.leak(), ..provider }))
}

pub(crate) fn bind(provider: &'static ProviderDescriptor) -> Binding {
    Binding { source: Key::of(provider.token.name), provider, token: provider.token, convert: None, at: at(5) }
}

#[derive(Default)]
pub(crate) struct Module {
    pub(crate) name: &'static str,
    pub(crate) global: bool,
    pub(crate) imports: Vec<&'static ModuleDescriptor>,
    pub(crate) providers: Vec<Binding>,
    pub(crate) exports: Vec<&'static str>,
    pub(crate) passes_on: Vec<&'static str>,
    pub(crate) dynamic: Vec<Binding>,
}

impl Module {
    pub(crate) fn leak(self) -> &'static ModuleDescriptor {
        let own = provider(self.name, &[]);
        let imports: Vec<_> =
            self.imports.into_iter().map(|module| Import { module, global: false, make: None, at: at(9) }).collect();
        let mut exports: Vec<_> = self
            .exports
            .into_iter()
            .map(|name| Export { target: ExportTarget::Provider(token(name)), at: at(11) })
            .collect();
        exports.extend(
            self.passes_on
                .into_iter()
                .map(|name| Export { target: ExportTarget::Module { key: Key::of(name), name }, at: at(12) }),
        );
        Box::leak(Box::new(ModuleDescriptor {
            key: Key::of(self.name),
            name: self.name,
            global: self.global,
            imports: imports.leak(),
            providers: self.providers.leak(),
            controllers: &[],
            exports: exports.leak(),
            dynamic: self.dynamic.leak(),
            paths: &[],
            transport: &(),
            own,
            at: at(1),
        }))
    }
}

/// The plan of a graph whose calls do not wait.
pub(crate) fn plan(root: &'static ModuleDescriptor) -> Plan {
    Plan::of(root).now_or_never().unwrap().unwrap()
}

/// What the check for constants says, and what the check at boot says: they must agree to the letter.
pub(crate) fn problems(root: &'static ModuleDescriptor) -> String {
    let constant = std::thread::Builder::new()
        .stack_size(64 << 20)
        .spawn(move || {
            let mut bytes = vec![0; 1 << 18];
            let mut report = Report::new(&mut bytes);
            check(root, &mut report, &mut []);
            let mut out = vec![0; 1 << 19];
            report.text(root.name, &mut out).to_owned()
        })
        .unwrap()
        .join()
        .unwrap();
    let plan = plan(root);
    assert_eq!(constant, plan.problems());
    if plan.problem_count() == 0 { String::new() } else { constant }
}
