//! Sources before and after.

use super::tokens::tokens;
use super::{Items, add_entry, add_mod, add_reexport, add_use, modules};

fn added(source: &str, list: &str, entry: &str) -> Option<String> {
    add_entry(source, "M", list, entry)
}

#[test]
fn entries_join_the_list_that_is_there() {
    for (before, after) in [
        ("#[module]\nstruct M;", "#[module(imports = [X])]\nstruct M;"),
        ("#[module()]\npub struct M;", "#[module(imports = [X])]\npub struct M;"),
        ("#[oriole::module]\npub(crate) struct M {}", "#[oriole::module(imports = [X])]\npub(crate) struct M {}"),
        ("#[module(imports = [])] struct M;", "#[module(imports = [X])] struct M;"),
        ("#[module(imports = [A, B])] struct M;", "#[module(imports = [A, B, X])] struct M;"),
        ("#[module( imports=[ A,B, ] )] struct M;", "#[module( imports=[ A,B, X, ] )] struct M;"),
        ("#[module(providers = [P])] struct M;", "#[module(imports = [X], providers = [P])] struct M;"),
        ("#[module(root, exports = [P])] struct M;", "#[module(root, imports = [X], exports = [P])] struct M;"),
        ("#[module(root)] struct M;", "#[module(root, imports = [X])] struct M;"),
        (
            "#[module(imports = [A::for_root(&[1, 2], \"],\"), B::<{ 3 }>::of(',')])] struct M;",
            "#[module(imports = [A::for_root(&[1, 2], \"],\"), B::<{ 3 }>::of(','), X])] struct M;",
        ),
        (
            "#[module(\n    imports = [\n        A, // a,\n        B // b]\n    ],\n)]\n#[derive(Debug)]\nstruct M;",
            "#[module(\n    imports = [\n        A, // a,\n        B, // b]\n        X,\n    ],\n)]\n#[derive(Debug)]\nstruct M;",
        ),
        (
            "#[module(\n    root, // all\n    providers = [P],\n)]\nstruct M;",
            "#[module(\n    root, // all\n    imports = [X],\n    providers = [P],\n)]\nstruct M;",
        ),
        (
            "#[module(\n    global,\n    root // all\n)]\nstruct M;",
            "#[module(\n    global,\n    root, // all\n    imports = [X],\n)]\nstruct M;",
        ),
        // Only the module that is meant, and no text that looks like one.
        (
            "// #[module] struct M;\nconst S: &str = r#\"#[module] struct M;\"#;\n#[module] struct N;\n#[module] struct M;",
            "// #[module] struct M;\nconst S: &str = r#\"#[module] struct M;\"#;\n#[module] struct N;\n#[module(imports = [X])] struct M;",
        ),
    ] {
        assert_eq!(added(before, "imports", "X").as_deref(), Some(after), "{before}");
        assert_eq!(added(after, "imports", "X").as_deref(), Some(after), "again: {before}");
    }
}

#[test]
fn what_is_not_plain_is_left_alone() {
    for source in [
        "struct M;",
        "#[module] struct N;",
        "#[module] struct M; mod a { #[module] struct M; }",
        "#[cfg_attr(x, module)] struct M;",
        "#[module(imports = LIST)] struct M;",
        "#[module(imports: [A])] struct M;",
        "#[module(..)] struct M;",
        "#[module(imports = [A] + [B])] struct M;",
        "#[module(imports = [A /* the first */])] struct M;",
        "#[module(imports = [A)] struct M;",
        "#[module(imports = [\"A])] struct M;",
        "macro_rules! m { () => { #[module] struct $m; } }",
    ] {
        assert_eq!(added(source, "imports", "X"), None, "{source}");
    }
}

#[test]
fn modules_are_found() {
    let found =
        modules("#[module(root)] pub struct A;\n#[derive(Debug)]\n#[module(imports = ALL)] struct B;").expect("source");
    let told: Vec<_> = found.iter().map(|module| (module.name.as_str(), module.is_plain)).collect();
    assert_eq!(told, [("A", true), ("B", false)]);
    assert_eq!(modules("fn main() {"), None);
}

#[test]
fn mods_stand_in_order() {
    for (before, after) in [
        ("", "mod cats;\n"),
        ("//! The app.\n", "//! The app.\n\nmod cats;\n"),
        ("mod app;\n\nfn main() {}\n", "mod app;\nmod cats;\n\nfn main() {}\n"),
        ("mod app; // first\nmod zoo;\n", "mod app; // first\nmod cats;\nmod zoo;\n"),
        ("mod app;\n/// Dogs.\n#[cfg(test)]\nmod dogs;\n", "mod app;\nmod cats;\n/// Dogs.\n#[cfg(test)]\nmod dogs;\n"),
        (
            "// Copyright.\n//! Docs.\n#![allow(x)]\n\nuse a::b;\n",
            "// Copyright.\n//! Docs.\n#![allow(x)]\n\nmod cats;\n\nuse a::b;\n",
        ),
        ("use a::b;\n", "mod cats;\n\nuse a::b;\n"),
        ("fn f() { mod dogs; }\nmod dogs { mod x; }\n", "mod cats;\n\nfn f() { mod dogs; }\nmod dogs { mod x; }\n"),
        ("pub(crate) mod cats;\n", "pub(crate) mod cats;\n"),
    ] {
        assert_eq!(add_mod(before, "cats", "").as_deref(), Some(after), "{before}");
    }
    for source in ["fn main() {", "/*! Docs. */\nfn f() {}", "mod app; fn f() {}"] {
        assert_eq!(add_mod(source, "zz", ""), None, "{source}");
    }
}

#[test]
fn imports_stand_in_order() {
    for (before, after) in [
        ("", "use crate::cats::X;\n"),
        ("use oriole::prelude::*;\n\nstruct M;\n", "use oriole::prelude::*;\n\nuse crate::cats::X;\n\nstruct M;\n"),
        (
            "use oriole::{a, b};\n\nuse super::{c, d};\nuse crate::zoo::Y;\n",
            "use oriole::{a, b};\n\nuse super::{c, d};\nuse crate::cats::X;\nuse crate::zoo::Y;\n",
        ),
        ("use crate::cats::X;\nuse std::fmt;\n", "use crate::cats::X;\nuse std::fmt;\n"),
        ("use crate::app::Y;\nuse std::fmt;\n", "use crate::app::Y;\nuse crate::cats::X;\nuse std::fmt;\n"),
    ] {
        assert_eq!(add_use(before, "crate::cats::X").as_deref(), Some(after), "{before}");
    }
}

#[test]
fn a_test_module_and_what_is_seen_from_outside() {
    let begun = "//! Cats.\n\nmod module;\n";
    let tested = add_mod(begun, "tests", "#[cfg(test)]\n").expect("source");
    assert_eq!(tested, "//! Cats.\n\nmod module;\n#[cfg(test)]\nmod tests;\n");
    let seen = add_reexport(&tested, "module::M").expect("source");
    assert_eq!(seen, "//! Cats.\n\nmod module;\n#[cfg(test)]\nmod tests;\n\npub use module::M;\n");
    let both = add_reexport(&add_mod(&seen, "guard", "").expect("source"), "guard::G").expect("source");
    assert_eq!(
        both,
        "//! Cats.\n\nmod guard;\nmod module;\n#[cfg(test)]\nmod tests;\n\npub use guard::G;\npub use module::M;\n"
    );
    assert_eq!(add_reexport(&both, "module::M").as_ref(), Some(&both));
}

#[test]
fn tokens_are_told_from_what_is_none() {
    let texts =
        |source| -> Option<Vec<String>> { Some(tokens(source)?.iter().map(|token| token.text.to_owned()).collect()) };
    let told = |source| texts(source).map(|texts| texts.join(" "));
    assert_eq!(told("a /* [ /* ( */ */ b // {\n c").as_deref(), Some("a b c"));
    assert_eq!(told("'a' '\\'' 'a b'['").as_deref(), Some("'a' '\\'' 'a b'['"));
    assert_eq!(told("b'[' \"\\\"]\" br##\"\"#]\"## c\"(\"").as_deref(), Some("b'[' \"\\\"]\" br##\"\"#]\"## c\"(\""));
    assert_eq!(told("r#type 1.0_f32 ä").as_deref(), Some("r # type 1 . 0_f32 ä"));
    for bad in ["(", ")", "(]", "\"", "/*", "r#\"\"", "'"] {
        assert_eq!(told(bad), None, "{bad}");
    }
    assert!(Items::of("const A: X = X { a: 1 };\nmod b;").is_some_and(|items| items.has_mod("b")));
    assert!(Items::of("const fn a() {}\nmod b;").is_some_and(|items| items.has_mod("b")));
}
