//! Each rule on input that keeps it and on input that breaks it.

use super::docs::Page;
use super::finding::{Allowed, Finding, Level, without_allowed};
use super::source::{Source, crate_paths, words};
use super::workspace::{Dependency, Kind, Locked, Manifest, Package};
use super::{files, layers, manifests, statics, tree};

mod documentation;
mod links;

fn source(path: &str, text: &str) -> [Source; 1] {
    [Source::new(path, text)]
}

fn page(path: &str, text: &str) -> Page {
    Page { path: path.into(), text: text.into() }
}

fn manifest(text: &str) -> Manifest {
    Manifest::new("crates/x/Cargo.toml", text).unwrap()
}

fn package(name: &str, dependencies: &[(&str, Kind, bool)]) -> [Package; 1] {
    let dependency =
        |&(name, kind, optional): &(&str, Kind, bool)| Dependency { name: name.to_owned(), kind, optional };
    [Package {
        name: name.into(),
        manifest: format!("crates/{name}/Cargo.toml"),
        dependencies: dependencies.iter().map(dependency).collect(),
        ..Package::default()
    }]
}

#[track_caller]
fn kept(findings: &[Finding]) {
    assert!(findings.is_empty(), "{findings:#?}");
}

/// `expected` is `line: words of the message` for each finding.
#[track_caller]
fn broken(findings: &[Finding], expected: &[(usize, &str)]) {
    let fits =
        |(finding, (line, words)): (&Finding, &(usize, &str))| finding.line == *line && finding.message.contains(words);
    let all = findings.len() == expected.len() && findings.iter().zip(expected).all(fits);
    assert!(all, "expected {expected:?}, found {findings:#?}");
}

mod sources {
    use super::*;

    #[test]
    fn comments_and_strings_are_blank() {
        let text = r##"let a = "static"; // static
/* static /* static */ static */ let b = r#"static " static"#; let c = b"\"static"; let d = '"'; let e: &'static str = "";
let r = 1; let br = b'"'; fn f<'a>(x: &'a str) {} "##;
        let source = Source::new("crates/x/src/lib.rs", text);
        assert_eq!(source.bare.len(), text.len());
        assert_eq!(words(&source.bare, "static").count(), 1, "{}", source.bare);
        assert_eq!(words(&source.code, "static").count(), 5, "{}", source.code);
        assert!(source.bare.contains("fn f<'a>(x: &'a str) {}"), "{}", source.bare);
    }

    #[test]
    fn other_scripts_and_open_ends_do_no_harm() {
        for text in ["\"ä", "/* ä", "r#\"ä", "'", "'\\", "'ä'", "// ä", "\"\\"] {
            assert_eq!(Source::new("x.rs", text).bare.len(), text.len(), "{text}");
        }
    }

    #[test]
    fn tests_are_not_library_code() {
        let text =
            "fn a() {}\n#[cfg(test)]\nmod tests { fn b() { {} } }\nfn c() {}\n#[cfg(test)]\nmod more;\nfn d() {}";
        let source = Source::new("crates/x/src/lib.rs", text);
        let names = ["a", "b", "c", "d"].map(|name| words(&source.library, name).count());
        assert_eq!(names, [1, 0, 1, 1]);
        assert_eq!(Source::new("crates/x/src/tests.rs", text).library.trim(), "");
    }

    #[test]
    fn a_crate_is_told_from_a_module() {
        let found = |text: &'static str| crate_paths(text, "http").count();
        for text in ["http::Method", "::http::Method", "use http;", "(http::A)", "-> http :: A", "for ::http::A"] {
            assert_eq!(found(text), 1, "{text}");
        }
        for text in
            ["crate::http::Method", "self::http::A", "a.http()", "my_http::A", "mod http;", "fn http()", "<A>::http::B"]
        {
            assert_eq!(found(text), 0, "{text}");
        }
    }
}

mod layer_rules {
    use super::*;

    #[test]
    fn sse_may_not_know_us() {
        kept(&layers::sse_stands_alone(&package("oriole-sse", &[("tokio", Kind::Normal, false)])));
        kept(&layers::sse_stands_alone(&package("oriole-http", &[("oriole-core", Kind::Normal, false)])));
        let dependencies = [("oriole-core", Kind::Normal, true), ("oriole", Kind::Dev, false)];
        let bad = package("oriole-sse", &dependencies);
        broken(&layers::sse_stands_alone(&bad), &[(0, "`oriole-core`"), (0, "`oriole`")]);
    }

    #[test]
    fn the_codec_may_not_do_io() {
        let text = "//! No tokio::io here.\nuse bytes::Bytes;\nfn f() { let s = \"std::io\"; }";
        kept(&layers::codec_is_pure(&source("crates/oriole-sse/src/codec/decode.rs", text)));
        kept(&layers::codec_is_pure(&source("crates/oriole-sse/src/client.rs", "use tokio::net;")));
        let text = "use tokio::time;\nuse std::io::Read;\nasync fn f() {}";
        let found = layers::codec_is_pure(&source("crates/oriole-sse/src/codec.rs", text));
        broken(&found, &[(1, "`tokio`"), (2, "`std::io`"), (3, "`async`")]);
    }

    #[test]
    fn the_core_may_not_know_http() {
        let packages = package("oriole-core", &[]);
        let good = source("crates/oriole-core/src/lib.rs", "pub fn http() {}\nuse crate::http::X;");
        kept(&layers::core_is_neutral(&packages, &["tracing".into()], &good));
        let bad = source("crates/oriole-core/src/lib.rs", "\npub use serde_json::Value;");
        let found = layers::core_is_neutral(&packages, &["axum-core".into()], &bad);
        broken(&found, &[(0, "`axum-core`"), (2, "`serde_json`")]);
    }

    #[test]
    fn axum_has_two_doors() {
        kept(&layers::axum_stays_at_the_edge(&package("oriole-http", &[("axum", Kind::Normal, false)])));
        kept(&layers::axum_stays_at_the_edge(&package("oriole-core", &[("axum", Kind::Dev, false)])));
        let found = layers::axum_stays_at_the_edge(&package("oriole-testing", &[("axum", Kind::Normal, true)]));
        broken(&found, &[(0, "`oriole-testing`")]);
        let found = layers::axum_stays_at_the_edge(&package("oriole-sse", &[("axum-core", Kind::Normal, false)]));
        broken(&found, &[(0, "not optional")]);

        let mut sse = package("oriole-sse", &[("axum", Kind::Normal, true)]);
        let feature = |name: &str, entry: &str| (name.to_owned(), vec![entry.to_owned()]);
        sse[0].features =
            [feature("axum", "dep:axum"), feature("default", "axum"), feature("json", "axum?/json")].into();
        kept(&layers::axum_stays_at_the_edge(&sse));
        sse[0].features = [feature("json", "axum/json"), feature("hub", "dep:axum")].into();
        broken(&layers::axum_stays_at_the_edge(&sse), &[(0, "`hub`"), (0, "`json`")]);
    }

    #[test]
    fn macros_have_one_list_of_paths() {
        let check = |path: &str, text: &str| layers::macros_name_one_list_of_paths(&source(path, text));
        kept(&check(layers::PATHS_FILE, "quote!(::oriole::__private::Token); quote!(:: oriole)"));
        kept(&check(layers::PATHS_FILE, "quote!(::oriole_testing::__private::MockFn)"));
        broken(&check(layers::PATHS_FILE, "quote!(::oriole_testing::MockFn)"), &[(1, "something else")]);
        broken(&check("crates/oriole-macros/src/module.rs", "\"::oriole_testing::X\""), &[(1, "outside the list")]);
        kept(&check("crates/oriole-macros/src/module.rs", "// ::oriole::x\nuse crate::oriole::x;"));
        kept(&check("crates/oriole-http/src/lib.rs", "::oriole::Token"));
        broken(
            &check("crates/oriole-macros/src/module.rs", "\nquote!(::oriole::__private::Token)"),
            &[(2, "outside the list")],
        );
        broken(&check("crates/oriole-macros/src/module.rs", "\"::oriole::X\""), &[(1, "outside the list")]);
        broken(&check(layers::PATHS_FILE, "quote!(::oriole::Token)"), &[(1, "something else")]);
        broken(&check(layers::PATHS_FILE, "quote!(::oriole_core::Token)"), &[(1, "behind the facade")]);
    }
}

mod static_rules {
    use super::*;

    fn check(text: &str) -> Vec<Finding> {
        check_file("crates/x/src/lib.rs", text)
    }

    fn check_file(path: &str, text: &str) -> Vec<Finding> {
        statics::all_global_state(&source(path, text)).into_iter().map(|(_, finding)| finding).collect()
    }

    #[test]
    fn constants_are_fine() {
        kept(&check("static NAMES: [&'static str; 2] = [\"Mutex\", \"b\"];"));
        kept(&check("static D: fn(Foo<Item = u8>) -> X = || Mutex::new(1);"));
        kept(&check("fn f(x: &'static Mutex<u8>) {}\n/// static X: Mutex\nconst A: u8 = 1;"));
        kept(&check("#[cfg(test)]\nmod tests { static X: Mutex<u8> = Mutex::new(1); }"));
        kept(&check_file("xtask/src/main.rs", "static mut X: u8 = 1;"));
    }

    #[test]
    fn state_is_not() {
        broken(&check("\nstatic mut COUNT: u8 = 0;"), &[(2, "`COUNT`")]);
        broken(&check("static NEXT: std::sync::atomic::AtomicU64 = AtomicU64::new(0);"), &[(1, "`AtomicU64`")]);
        broken(&check("pub(crate) static APP:\n    OnceLock<App> = OnceLock::new();"), &[(1, "`OnceLock`")]);
        broken(&check("quote! { static A: Mutex<Vec<u8>> = x; }"), &[(1, "`Mutex`")]);
        broken(
            &check("thread_local! { static X: u8 = 1; }\ntokio::task_local! {}"),
            &[(1, "`thread_local!`"), (2, "`task_local!`")],
        );
    }
}

mod manifest_rules {
    use super::*;

    const GOOD: &str = "[package]\nname = \"x\"\nversion.workspace = true\nedition.workspace = true\n\
        rust-version.workspace = true\nlicense.workspace = true\npublish = false\n[lints]\nworkspace = true\n\
        [dependencies]\na = { workspace = true, optional = true }\nb.workspace = true\n";

    #[test]
    fn members_inherit() {
        kept(&manifests::members_inherit(&[manifest(GOOD)]));
        let bad = GOOD.replace("edition.workspace = true", "edition = \"2021\"").replace("publish = false\n", "");
        let found = manifests::members_inherit(&[manifest(&bad)]);
        broken(&found, &[(4, "`edition`"), (0, "published")]);
        let bad = GOOD.replace("[lints]\nworkspace = true\n", "");
        broken(&manifests::members_inherit(&[manifest(&bad)]), &[(0, "lints")]);
        let bad = format!(
            "{GOOD}[target.'cfg(unix)'.dev-dependencies]\nlibc = \"0.2\"\n[build-dependencies]\ncc = {{ git = \"x\" }}\n"
        );
        broken(&manifests::members_inherit(&[manifest(&bad)]), &[(16, "`cc`"), (14, "`libc`")]);
    }

    #[test]
    fn dependencies_choose_their_features() {
        let check = |text: &str| manifests::workspace_dependencies(&manifest(text), |name| name != "plain");
        kept(&check("[workspace.dependencies]\na = { version = \"1\", default-features = false }\nplain = \"1\"\n"));
        kept(&check("[workspace.dependencies]\nours = { path = \"crates/ours\" }\n# All of it.\na = \"1\"\n"));
        broken(&check("[workspace.dependencies]\na = \"1\"\n"), &[(2, "`a`")]);
        broken(&check("[workspace.dependencies]\nplain = \"=1.2.3\"\n"), &[(2, "=1.2.3")]);
        broken(&check("[workspace.dependencies]\nplain = { git = \"https://example.com\" }\n"), &[(2, "git")]);
    }

    #[test]
    fn nothing_registers_at_link_time() {
        let lock = |name: &str| format!("[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\n");
        kept(&manifests::no_link_time_registration(&lock("ctor-lite")));
        broken(&manifests::no_link_time_registration(&lock("inventory")), &[(2, "`inventory`")]);
    }

    #[test]
    fn two_programs_of_one_name() {
        let member = |name: &str, programs: &[&str]| {
            let [package] = package(name, &[]);
            Package { programs: programs.iter().map(|name| (*name).to_owned()).collect(), ..package }
        };
        let check = |programs| manifests::programs_have_names_of_their_own(&[member("a", &["x", "feed"]), programs]);
        kept(&check(member("b", &["y"])));
        broken(&check(member("b", &["y", "feed"])), &[(0, "`a` has a program `feed` as well")]);
    }

    #[test]
    fn no_dependency_needs_a_newer_rust() {
        let root = manifest("[workspace.package]\nrust-version = \"1.91\"\n");
        let locked = |version: Option<&str>| {
            let rust_version = version.map(str::to_owned);
            [Locked { name: "a".into(), version: "1.0.0".into(), rust_version, has_defaults: false }]
        };
        for version in [None, Some("1.91"), Some("1.91.0"), Some("1.9")] {
            kept(&manifests::oldest_toolchain(&root, &locked(version)));
        }
        broken(&manifests::oldest_toolchain(&root, &locked(Some("1.91.1"))), &[(2, "`a 1.0.0` needs Rust 1.91.1")]);
        broken(&manifests::oldest_toolchain(&manifest(""), &locked(None)), &[(0, "does not name")]);
    }

    #[test]
    fn the_facade_is_counted_once_per_crate() {
        let output = "oriole v0.1.0 (/somewhere)\nhttp v1.0.0\nhttp v1.0.0 (*)\nhttp v0.2.0\nserde_derive v1.0.0 (proc-macro)\n\n";
        assert_eq!(tree::crates(output).len(), 4);
        assert_eq!(tree::names(output), ["http", "http", "oriole", "serde_derive"]);
        kept(&tree::facade_stays_small(output));
        let many: String = (0..80).map(|n| format!("c{n} v1.0.0\n")).collect();
        broken(&tree::facade_stays_small(&many), &[(0, "80 crates")]);
    }
}

mod file_rules {
    use super::*;

    #[test]
    fn long_files_are_split() {
        let lines = |count| source("crates/x/src/lib.rs", &"\n".repeat(count));
        kept(&files::budget(&lines(600)));
        let found = files::budget(&lines(601));
        broken(&found, &[(0, "601 lines")]);
        assert_eq!(found[0].level, Level::Warning);
        assert_eq!(files::budget(&lines(1001))[0].level, Level::Error);
    }

    #[test]
    fn an_excuse_must_be_needed() {
        let finding = || Finding::error("a.rs", 0, "long", "shorten");
        let allowed = |path| [Allowed { path, name: "", reason: "generated" }];
        kept(&without_allowed(vec![(String::new(), finding())], &allowed("a.rs"), "`LIST`"));
        let found = without_allowed(vec![(String::new(), finding())], &allowed("b.rs"), "`LIST`");
        broken(&found, &[(0, "long"), (0, "`LIST` excuses `b.rs`")]);
    }

    #[test]
    fn tables_of_contents_hold_nothing_else() {
        let check = |text: &str| files::contents_only(&source("crates/x/src/a/mod.rs", text));
        kept(&check(
            "//! Docs.\n#![allow(x)]\nmod a;\n#[cfg(feature = \"b]\")]\npub mod b;\npub(crate) use a::{A, B};\nuse c as d;\n",
        ));
        kept(&files::contents_only(&source("crates/x/src/lib.rs", "fn f() {}")));
        broken(&check("mod a;\n\npub fn f() {}\n"), &[(3, "`mod.rs`")]);
        broken(&check("mod a;\nmod inner { fn f() { ; } }\n"), &[(2, "`mod.rs`")]);
        broken(&check("pub struct A;\n"), &[(1, "`mod.rs`")]);
        broken(&check("mod a;\nimpl A {}\n"), &[(2, "`mod.rs`")]);
    }

    #[test]
    fn the_compiler_knows_every_file() {
        let tree =
            |lines: &[(&str, &str)]| lines.iter().map(|(path, text)| Source::new(*path, *text)).collect::<Vec<_>>();
        kept(&files::no_forgotten_file(&tree(&[
            ("crates/x/src/lib.rs", "mod a;\n#[cfg(test)]\nmod tests;"),
            ("crates/x/src/a/mod.rs", "pub(crate) mod b;"),
            ("crates/x/src/a/b.rs", "#[cfg(test)] mod tests;"),
            ("crates/x/src/a/b/tests.rs", ""),
            ("crates/x/src/tests.rs", ""),
            ("crates/x/src/bin/tool.rs", ""),
            ("crates/x/tests/it/main.rs", "mod one;\n#[path = \"odd name.rs\"]\nmod two;"),
            ("crates/x/tests/it/one.rs", ""),
            ("crates/x/tests/it/odd name.rs", ""),
            ("crates/x/tests/it/ui/fail.rs", ""),
        ])));
        let found = files::no_forgotten_file(&tree(&[
            ("crates/x/src/lib.rs", "// mod a;\nfn b() {}"),
            ("crates/x/src/a.rs", ""),
            ("crates/x/tests/it/main.rs", "mod other;"),
            ("crates/x/tests/it/b.rs", ""),
        ]));
        broken(&found, &[(0, "`mod a;`"), (0, "`mod b;`")]);
    }

    #[test]
    fn crates_have_one_test_binary() {
        kept(&files::one_test_binary(&source("crates/x/tests/it/main.rs", "")));
        kept(&files::one_test_binary(&source("samples/x/tests/client.rs", "")));
        broken(&files::one_test_binary(&source("crates/x/tests/client.rs", "")), &[(0, "of its own")]);
    }

    #[test]
    fn the_root_has_a_budget() {
        let entries = |count: usize| (0..count).map(|n| n.to_string()).collect::<Vec<_>>();
        kept(&files::root_stays_clear(&entries(24)));
        broken(&files::root_stays_clear(&entries(25)), &[(0, "25 entries")]);
    }
}
