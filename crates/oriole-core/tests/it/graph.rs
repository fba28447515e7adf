//! Each rule of the graph, with its words.

use crate::world::{Module, bind, problems, provider, token};
use oriole_core::{
    Binding, Build, ControllerDescriptor, Import, Key, Location, ModuleDescriptor, ModulePath, ProviderDescriptor,
    TokenDescriptor,
};

fn check(root: &'static ModuleDescriptor, expected: &[&str]) {
    let text = problems(root);
    let found: Vec<&str> = text.split("\n\n").filter(|part| part.starts_with("ORI")).collect();
    assert_eq!(found, expected, "{text}");
}

fn db(exports: Vec<&'static str>) -> &'static ModuleDescriptor {
    Module { name: "DbModule", providers: vec![bind(provider("Db", &[]))], exports, ..Module::default() }.leak()
}

/// Parity: MOD.2, MOD.8.
#[test]
fn a_need_is_met_by_the_module_itself_an_import_or_a_global_module() {
    let cats = |imports, providers| Module { name: "CatsModule", imports, providers, ..Module::default() }.leak();
    let service = || bind(provider("CatsService", &[("Db", false)]));
    check(cats(vec![], vec![service(), bind(provider("Db", &[]))]), &[]);
    check(cats(vec![db(vec!["Db"])], vec![service()]), &[]);
    let global = Module {
        name: "DbModule",
        global: true,
        providers: vec![bind(provider("Db", &[]))],
        exports: vec!["Db"],
        ..Module::default()
    };
    let inner = cats(vec![], vec![service()]);
    let root = Module { name: "AppModule", imports: vec![global.leak(), inner], ..Module::default() }.leak();
    check(root, &[]);
}

/// Parity: PRV.3, ERR.1.
#[test]
fn a_missing_provider() {
    let service = bind(provider("CatsService", &[("Db", false)]));
    check(
        Module { name: "CatsModule", providers: vec![service], ..Module::default() }.leak(),
        &["ORI001: `CatsService` in `CatsModule` needs `Db`, which `CatsModule` neither provides nor imports.\n  \
           --> app.rs:7:1 (`field`)\n  help: add it to the `providers` of `CatsModule` (app.rs:1:1), or import a module \
           that exports it."],
    );
}

/// Parity: PRV.6.
#[test]
fn an_optional_need_may_go_unmet() {
    let service = bind(provider("CatsService", &[("Db", true)]));
    check(Module { name: "CatsModule", providers: vec![service], ..Module::default() }.leak(), &[]);
}

/// Parity: MOD.2, ERR.2.
#[test]
fn exported_by_a_module_that_is_not_imported() {
    let cats = Module {
        name: "CatsModule",
        providers: vec![bind(provider("CatsService", &[("Db", false)]))],
        ..Module::default()
    };
    check(
        Module { name: "AppModule", imports: vec![db(vec!["Db"]), cats.leak()], ..Module::default() }.leak(),
        &[
            "ORI001: `CatsService` in `CatsModule` needs `Db`, which `DbModule` exports, but `CatsModule` neither provides \
           nor imports.\n  --> app.rs:7:1 (`field`)\n  help: add `DbModule` to the `imports` of `CatsModule` (app.rs:1:1).",
        ],
    );
}

/// Parity: MOD.2, ERR.2.
#[test]
fn provided_elsewhere_but_not_exported() {
    let cats = Module {
        name: "CatsModule",
        imports: vec![db(vec![])],
        providers: vec![bind(provider("CatsService", &[("Db", false)]))],
        ..Module::default()
    };
    check(
        cats.leak(),
        &["ORI002: `CatsService` in `CatsModule` needs `Db`, which `DbModule` provides but does not export.\n  \
           --> app.rs:7:1 (`field`)\n  help: add `Db` to the `exports` of `DbModule` (app.rs:1:1)."],
    );
}

/// Parity: MOD.9.
#[test]
fn a_global_module_must_export_too() {
    let global =
        Module { name: "DbModule", global: true, providers: vec![bind(provider("Db", &[]))], ..Module::default() };
    let root = Module {
        name: "AppModule",
        imports: vec![global.leak()],
        providers: vec![bind(provider("CatsService", &[("Db", false)]))],
        ..Module::default()
    };
    assert!(problems(root.leak()).contains("ORI002"));
}

/// Parity: MOD.6.
#[test]
fn a_module_passes_on_what_it_imports_and_nothing_else() {
    let middle =
        |passes_on| Module { name: "CoreModule", imports: vec![db(vec!["Db"])], passes_on, ..Module::default() }.leak();
    let root = |middle| {
        Module {
            name: "AppModule",
            imports: vec![middle],
            providers: vec![bind(provider("CatsService", &[("Db", false)]))],
            ..Module::default()
        }
        .leak()
    };
    check(root(middle(vec!["DbModule"])), &[]);
    assert!(problems(root(middle(vec![]))).contains("ORI001"));
}

/// Parity: MOD.3.
#[test]
fn exports_of_what_is_not_there() {
    let root = Module { name: "AppModule", exports: vec!["Db"], passes_on: vec!["DbModule"], ..Module::default() };
    check(
        root.leak(),
        &[
            "ORI003: `AppModule` exports `Db`, which it does not provide.\n  --> app.rs:11:1\n  help: add it to its \
             `providers`; to pass on what an imported module provides, export that module.",
            "ORI003: `AppModule` exports `DbModule`, a module that it does not import.\n  --> app.rs:12:1\n  help: add it \
             to its `imports`.",
        ],
    );
}

/// Two modules that import each other, as statics can.
static LEFT: ModuleDescriptor = half("Left", &RIGHT_OF_LEFT);
static RIGHT: ModuleDescriptor = half("Right", &LEFT_OF_RIGHT);
static RIGHT_OF_LEFT: [Import; 1] = [Import { module: &RIGHT, global: false, make: None, at: LINE }];
static LEFT_OF_RIGHT: [Import; 1] = [Import { module: &LEFT, global: false, make: None, at: LINE }];
const LINE: Location = Location { file: "app.rs", line: 9, column: 1 };

static NEVER: ProviderDescriptor = ProviderDescriptor::new(
    TokenDescriptor::of::<()>(None, "a half"),
    Build::Sync(|_| Err("never built".into())),
    LINE,
);

const fn half(name: &'static str, imports: &'static [Import]) -> ModuleDescriptor {
    ModuleDescriptor { imports, own: &NEVER, ..ModuleDescriptor::new(Key::of(name), name, LINE) }
}

/// Parity: ERR.3, ERR.4.
#[test]
fn a_circle_of_imports_shows_the_whole_path() {
    let root = Module { name: "AppModule", imports: vec![&LEFT], ..Module::default() };
    check(
        root.leak(),
        &[
            "ORI004: modules import each other in a circle: `Left` -> `Right` -> `Left`.\n  --> app.rs:9:1\n  help: move \
           what they share into a third module that both import.",
        ],
    );
}

/// Parity: ERR.2.
#[test]
fn two_providers_for_one_token() {
    let root = Module {
        name: "AppModule",
        providers: vec![bind(provider("Db", &[])), bind(provider("Db", &[]))],
        ..Module::default()
    };
    check(
        root.leak(),
        &[
            "ORI009: `AppModule` provides `Db` twice.\n  --> app.rs:5:1\n  help: remove it here or at app.rs:5:1; for two \
           values of one type use a `#[token]` constant each.",
        ],
    );
}

/// Parity: ERR.2, ERR.4.
#[test]
fn a_circle_of_providers_shows_the_whole_path() {
    let root = Module {
        name: "AppModule",
        providers: vec![
            bind(provider("Entry", &[("A", false)])),
            bind(provider("A", &[("B", false)])),
            bind(provider("B", &[("C", true)])),
            bind(provider("C", &[("A", false)])),
            bind(provider("Selfish", &[("Selfish", false)])),
        ],
        ..Module::default()
    };
    check(
        root.leak(),
        &[
            "ORI005: providers need each other in a circle: `A` -> `B` -> `C` -> `A`.\n  --> app.rs:7:1\n  help: move \
             what both need into a third provider, or make one of the fields a `Lazy<..>`.",
            "ORI005: providers need each other in a circle: `Selfish` -> `Selfish`.\n  --> app.rs:7:1\n  help: move what \
             both need into a third provider, or make one of the fields a `Lazy<..>`.",
        ],
    );
}

#[test]
fn all_problems_come_at_once() {
    let service = |i: u32| Binding { source: Key::of(&i.to_string()), ..bind(provider("S", &[("Absent", false)])) };
    let providers = (0..40).map(service).collect();
    let text = problems(Module { name: "AppModule", providers, ..Module::default() }.leak());
    assert_eq!(text.matches("ORI001").count(), 40);
    assert_eq!(text.matches("ORI009").count(), 39);
    assert!(text.starts_with("`AppModule` cannot be wired: 79 problems"), "{text}");
}

#[test]
fn one_source_is_one_instance_under_all_its_tokens() {
    let cats = provider("PgCats", &[]);
    let alias = Binding { token: token("dyn CatsRepo"), ..bind(cats) };
    let root = Module { name: "AppModule", providers: vec![bind(cats), alias], ..Module::default() }.leak();
    let plan = crate::world::plan(root);
    // The provider and the module's own instance.
    assert_eq!(plan.slots().len(), 2);
    assert_eq!(plan.find(&token("PgCats")).unwrap().0, plan.find(&token("dyn CatsRepo")).unwrap().0);
    assert_eq!(bind(cats).source, Key::of("PgCats"));
}

/// A chain of modules, each of which passes on all that it sees: more exports than the small arrays hold.
#[test]
fn a_graph_beyond_the_small_arrays_is_checked_all_the_same() {
    let leak = |text: String| -> &'static str { text.leak() };
    let mut below: Option<&'static ModuleDescriptor> = None;
    for i in 0..75 {
        let (p, q, r) = (leak(format!("P{i}")), leak(format!("Q{i}")), leak(format!("R{i}")));
        let needs: Vec<_> = (i > 0).then(|| (leak(format!("P{}", i - 1)), false)).into_iter().collect();
        let module = Module {
            name: leak(format!("M{i}")),
            imports: below.into_iter().collect(),
            providers: vec![bind(provider(p, &[])), bind(provider(q, &needs)), bind(provider(r, &[]))],
            exports: vec![p, r],
            passes_on: below.iter().map(|module| module.name).collect(),
            ..Module::default()
        };
        below = Some(module.leak());
    }
    check(below.unwrap(), &[]);
}

#[test]
fn a_module_that_is_imported_twice_is_one_and_a_provider_that_is_listed_twice_is_two() {
    let shared = provider("Db", &[]);
    let db =
        Module { name: "DbModule", providers: vec![bind(shared)], exports: vec!["Db"], ..Module::default() }.leak();
    let user = |name| Module { name, imports: vec![db, db], ..Module::default() }.leak();
    let own = Module { name: "OwnModule", providers: vec![bind(shared)], ..Module::default() }.leak();
    let root =
        Module { name: "AppModule", imports: vec![user("CatsModule"), user("DogsModule"), own], ..Module::default() };
    let plan = crate::world::plan(root.leak());
    let of_db = plan.slots().iter().filter(|slot| slot.provider.token.name == "Db").count();
    assert_eq!((plan.modules().count(), of_db), (5, 2));
}

/// A module whose only controller has one enhancer.
fn guarded(needs: &[(&'static str, bool)], providers: Vec<Binding>) -> &'static ModuleDescriptor {
    let controller = ControllerDescriptor {
        provider: provider("CatsController", &[]),
        name: "CatsController",
        enhancers: vec![provider("RolesGuard", needs), provider("RolesGuard", needs)].leak(),
        entries: &[],
        transport: &(),
        at: crate::world::at(20),
    };
    let controllers = vec![&*Box::leak(Box::new(controller))].leak();
    let module = Module { name: "CatsModule", providers, ..Module::default() }.leak();
    Box::leak(Box::new(ModuleDescriptor { controllers, ..*module }))
}

/// Parity: RRM.3.
#[test]
fn a_path_is_for_a_module_that_is_there_once() {
    let path = |name, path, line| ModulePath { key: Key::of(name), name, path, at: crate::world::at(line) };
    let admin = Module { name: "AdminModule", ..Module::default() }.leak();
    let root = Module { name: "AppModule", imports: vec![admin], ..Module::default() }.leak();
    let with = |paths: Vec<ModulePath>| -> &'static ModuleDescriptor {
        Box::leak(Box::new(ModuleDescriptor { paths: paths.leak(), ..*root }))
    };
    check(with(vec![path("AdminModule", "admin", 1)]), &[]);
    check(
        with(vec![path("AdminModule", "admin", 1), path("Users", "users", 2), path("AdminModule", "again", 3)]),
        &[
            "ORI013: `Users` is given the path `users`, but no module of the application imports it.\n  --> app.rs:2:1\n  \
             help: add it to the `imports` of a module: a path alone brings nothing into the application.",
            "ORI013: `AdminModule` is given two paths, `admin` and `again`.\n  --> app.rs:1:1\n  --> app.rs:3:1\n  help: \
             leave one of them out: a module has one path.",
        ],
    );
}

#[test]
fn an_enhancer_has_needs_like_a_provider() {
    check(
        guarded(&[("Db", false)], vec![]),
        &["ORI001: `RolesGuard` in `CatsModule` needs `Db`, which `CatsModule` neither provides nor imports.\n  \
           --> app.rs:7:1 (`field`)\n  help: add it to the `providers` of `CatsModule` (app.rs:1:1), or import a module \
           that exports it."],
    );
    check(guarded(&[("Db", false)], vec![bind(provider("Db", &[]))]), &[]);
    check(
        guarded(&[], vec![bind(provider("RolesGuard", &[("Db", false)]))]),
        &["ORI001: `RolesGuard` in `CatsModule` needs `Db`, which `CatsModule` neither provides nor imports.\n  \
           --> app.rs:7:1 (`field`)\n  help: add it to the `providers` of `CatsModule` (app.rs:1:1), or import a module \
           that exports it."],
    );
}

#[test]
fn an_enhancer_is_what_its_module_sees_or_one_of_its_own() {
    let enhancer = provider("RolesGuard", &[]);
    let plan = crate::world::plan(guarded(&[], vec![]));
    let (own, _) = plan.enhancer(plan.modules().next().unwrap(), enhancer).expect("it is planned");
    assert_eq!(plan.slots().len(), 3, "the controller, the module, and one for both mentions");
    assert_eq!(plan.order().len(), 3);
    assert!(
        plan.modules().next().unwrap().providers.contains(&own),
        "its hooks run with those of the module's providers"
    );

    let plan = crate::world::plan(guarded(&[], vec![bind(provider("RolesGuard", &[]))]));
    let seen = plan.enhancer(plan.modules().next().unwrap(), enhancer).expect("it is planned");
    assert_eq!(plan.find(&token("RolesGuard")), Some(seen));
    assert_eq!(plan.slots().len(), 3);
}

#[test]
fn some_tokens_may_be_provided_many_times() {
    let many = TokenDescriptor { many: true, ..token("APP_GUARD") };
    let guard = |name| Binding { token: many, ..bind(provider(name, &[])) };
    let inner = Module { name: "CatsModule", providers: vec![guard("C")], ..Module::default() }.leak();
    let deep = Module { name: "DeepModule", imports: vec![inner], providers: vec![guard("B")], ..Module::default() };
    let other = Module { name: "OtherModule", providers: vec![guard("D")], ..Module::default() };
    let root = Module {
        name: "AppModule",
        imports: vec![deep.leak(), other.leak()],
        providers: vec![guard("A"), guard("A2")],
        ..Module::default()
    };
    let root = root.leak();
    check(root, &[]);
    let plan = crate::world::plan(root);
    let names: Vec<_> = plan.find_all(&many).iter().map(|(slot, _)| plan.slots()[*slot].provider.token.name).collect();
    // The root's first, then in depth.
    assert_eq!(names, ["A", "A2", "B", "C", "D"]);
    assert!(plan.find(&many).is_none(), "nobody asks for one of them");
}

/// `MiddleModule` claims to pass on a module that it does not import: its importers see nothing of it.
#[test]
fn a_module_that_is_not_imported_is_not_passed_on() {
    let middle = Module { name: "MiddleModule", passes_on: vec!["DbModule"], ..Module::default() }.leak();
    let cats = Module {
        name: "CatsModule",
        imports: vec![middle],
        providers: vec![bind(provider("CatsService", &[("Db", false)]))],
        ..Module::default()
    };
    let text =
        problems(Module { name: "AppModule", imports: vec![db(vec!["Db"]), cats.leak()], ..Module::default() }.leak());
    assert_eq!((text.matches("ORI003").count(), text.matches("ORI001").count()), (1, 1), "{text}");
}
