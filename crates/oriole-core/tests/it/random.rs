//! Random graphs: the check against a second, naive reading of Nest's rules (`MOD.2` to `MOD.9`).

use crate::world::{Module, bind, problems, provider};
use oriole_core::{ExportTarget, ModuleDescriptor};
use proptest::prelude::*;
use std::collections::BTreeSet;

const TOKENS: [&str; 6] = ["A", "B", "C", "D", "E", "F"];
const MODULES: [&str; 6] = ["M0", "M1", "M2", "M3", "M4", "M5"];

/// One module of a random graph; it imports only modules after it, so that there is no import cycle.
#[derive(Clone, Debug)]
struct Drawn {
    global: bool,
    imports: BTreeSet<usize>,
    providers: Vec<(usize, BTreeSet<usize>)>,
    exports: BTreeSet<usize>,
    passes_on: BTreeSet<usize>,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let set = |n: usize| proptest::collection::btree_set(0..n, 0..3);
    (
        proptest::bool::weighted(0.15),
        set(MODULES.len()),
        proptest::collection::vec((0..TOKENS.len(), set(TOKENS.len())), 0..4),
        set(TOKENS.len()),
        set(MODULES.len()),
    )
        .prop_map(|(global, imports, providers, exports, passes_on)| Drawn {
            global,
            imports,
            providers,
            exports,
            passes_on,
        })
}

fn build(all: &[Drawn]) -> &'static ModuleDescriptor {
    let mut built: Vec<Option<&'static ModuleDescriptor>> = vec![None; all.len()];
    for (i, module) in all.iter().enumerate().rev() {
        let mut providers: Vec<(usize, BTreeSet<usize>)> = module.providers.clone();
        let mut seen = BTreeSet::new();
        providers.retain(|(token, _)| seen.insert(*token));
        built[i] = Some(
            Module {
                name: MODULES[i],
                global: module.global,
                imports: module.imports.iter().filter(|&&to| to > i).map(|&to| built[to].unwrap()).collect(),
                providers: providers
                    .iter()
                    .map(|(token, needs)| {
                        let needs: Vec<_> = needs.iter().map(|&need| (TOKENS[need], false)).collect();
                        bind(provider(TOKENS[*token], &needs))
                    })
                    .collect(),
                exports: module.exports.iter().map(|&token| TOKENS[token]).collect(),
                passes_on: module.passes_on.iter().map(|&to| MODULES[to]).collect(),
                ..Module::default()
            }
            .leak(),
        );
    }
    built[0].unwrap()
}

/// The tokens that a module exports, read from the words of the documentation.
fn exported(module: &'static ModuleDescriptor) -> BTreeSet<&'static str> {
    let own: BTreeSet<_> = module.providers.iter().map(|binding| binding.token.name).collect();
    let mut out = BTreeSet::new();
    for export in module.exports {
        match export.target {
            ExportTarget::Provider(token) => out.extend(own.get(token.name)),
            ExportTarget::Module { name, .. } => {
                for import in module.imports.iter().filter(|import| import.module.name == name) {
                    out.extend(exported(import.module));
                }
            }
        }
    }
    out
}

fn reach(module: &'static ModuleDescriptor, all: &mut Vec<&'static ModuleDescriptor>) {
    if all.iter().all(|known| known.name != module.name) {
        all.push(module);
        module.imports.iter().for_each(|import| reach(import.module, all));
    }
}

fn unmet(root: &'static ModuleDescriptor) -> usize {
    let mut all = vec![];
    reach(root, &mut all);
    let everywhere: BTreeSet<_> =
        all.iter().filter(|module| module.global).flat_map(|module| exported(module)).collect();
    let mut count = 0;
    for module in &all {
        let mut visible: BTreeSet<_> = module.providers.iter().map(|binding| binding.token.name).collect();
        visible.extend(&everywhere);
        visible.extend(module.imports.iter().flat_map(|import| exported(import.module)));
        let needs = module.providers.iter().flat_map(|binding| binding.provider.needs);
        count += needs.filter(|need| !visible.contains(need.token.name)).count();
    }
    count
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_check_finds_what_a_naive_reading_finds(all in proptest::collection::vec(drawn(), 1..6)) {
        // A module may export or import only those that exist.
        let all: Vec<Drawn> = all.iter().map(|module| {
            let mut module = module.clone();
            module.imports.retain(|&to| to < all.len());
            module
        }).collect();
        let root = build(&all);
        let text = problems(root);
        prop_assert_eq!(text.matches("ORI001: ").count() + text.matches("ORI002: ").count(), unmet(root), "{}", text);
        prop_assert!(!text.contains("ORI004"));
    }
}
