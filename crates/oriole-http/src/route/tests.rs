//! Our verdict on paths is axum's, and the words are right.

use super::check::{Address, Space, check};
use super::pattern::{Pattern, PatternError};
use axum::Router;
use axum::routing::get;
use oriole_core::graph::{Located, Report};
use oriole_core::{Build, ControllerDescriptor, Entry, Location, ProviderDescriptor, TokenDescriptor};
use proptest::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

static PROVIDER: ProviderDescriptor = ProviderDescriptor::new(
    TokenDescriptor::of::<()>(None, "Cats"),
    Build::Sync(|_| Err("not built in a test".into())),
    AT,
);
const AT: Location = Location { file: "src/cats.rs", line: 1, column: 2 };

/// A controller with these methods and paths. What tests leak, the process gives back.
fn controller(entries: &[(&'static str, &'static str, &'static str)]) -> &'static ControllerDescriptor {
    let entries: Vec<_> = (1..)
        .zip(entries)
        .map(|(line, &(method, prefix, path))| {
            let at = Location { line, ..AT };
            Entry { method, version: "", host: "", prefix, path, handler: "find", at }
        })
        .collect();
    Box::leak(Box::new(ControllerDescriptor {
        provider: &PROVIDER,
        name: "Cats",
        enhancers: &[],
        entries: Vec::leak(entries),
        transport: &(),
        at: AT,
    }))
}

fn report(entries: &[(&'static str, &'static str, &'static str)]) -> String {
    report_all(&[Some(at_root(controller(entries)))])
}

fn at_root(controller: &'static ControllerDescriptor) -> Located {
    Located { controller, path: "" }
}

fn report_all(controllers: &[Option<Located>]) -> String {
    let entries: usize = controllers.iter().flatten().map(|located| located.controller.entries.len()).sum();
    let mut bytes = vec![0; 1 << 16];
    let mut report = Report::new(&mut bytes);
    let mut addresses: Vec<Option<Address>> = vec![None; entries];
    let mut slots = vec![0; (entries * 2).next_power_of_two()];
    let fits = check(controllers, &mut Space { addresses: &mut addresses, slots: &mut slots }, &mut report);
    assert!(fits);
    report.body().to_owned()
}

#[track_caller]
fn check_one(path: &'static str, expected: Option<PatternError>) {
    assert_eq!(Pattern::new("", "", path).check().err(), expected, "{path}");
}

#[test]
fn paths_that_parse() {
    for path in
        ["", "/", "cats", "/cats/", "cats/{id}", "v{version}/x", "{*rest}", "a.b/c-d_e~f", "%20", "a:b@c", "{a-b}"]
    {
        check_one(path, None);
    }
}

/// Parity: CTL.12.
#[test]
fn paths_that_do_not_parse() {
    use PatternError as E;

    for (path, error) in [
        ("a//b", E::EmptySegment),
        (":id", E::Colon),
        ("a/*", E::Star),
        ("a*b", E::Star),
        ("{}", E::Nameless),
        ("{*}", E::Nameless),
        ("{id", E::Unclosed),
        ("{id/x}", E::Unclosed),
        ("id}", E::Unopened),
        ("{{id}}", E::Escaped),
        ("{id}}", E::Escaped),
        ("{a b}", E::Name),
        ("{id}.json", E::Suffix),
        ("{a}{b}", E::Suffix),
        ("{*rest}/x", E::NotLast),
        ("{id}/{id}", E::Twice),
        ("{id}/{*id}", E::Twice),
        ("cats?x", E::Query),
        ("cats#x", E::Query),
        ("my cats", E::Space),
        ("käse", E::Character),
        ("a|b", E::Character),
    ] {
        check_one(path, Some(error));
    }
    let many: String = (0..26).map(|n| format!("/{{p{n}}}")).collect();
    check_one(many.leak(), Some(E::TooMany));
    let enough: String = (0..25).map(|n| format!("/{{p{n}}}")).collect();
    check_one(enough.leak(), None);
}

#[test]
fn one_address_twice() {
    let text = report(&[("GET", "cats", "{id}"), ("POST", "cats", "{id}"), ("GET", "/cats/", "{name}")]);
    assert_eq!(text.matches("ORI006").count(), 1, "{text}");
    assert!(text.contains("`GET /cats/{name}` is served twice: by `Cats::find` and by `Cats::find`"), "{text}");
    assert!(text.contains("  --> src/cats.rs:1:2\n  --> src/cats.rs:3:2\n  help: parameters match"), "{text}");
}

#[test]
fn one_controller_in_two_modules() {
    let cats = at_root(controller(&[("GET", "cats", "")]));
    let text = report_all(&[Some(cats), Some(cats)]);
    assert!(
        text.contains("  --> src/cats.rs:1:2\n  help: the controller is listed twice; list it in one module"),
        "{text}"
    );
}

#[test]
fn what_stands_side_by_side() {
    assert_eq!(report(&[("GET", "cats", "{id}"), ("POST", "cats", "{name}"), ("*", "cats", "{any}")]), "");
    assert_eq!(report(&[("GET", "", "{*rest}"), ("POST", "", "{id}")]), "");
    assert_eq!(report(&[("GET", "", "{*rest}"), ("GET", "", "v{id}"), ("GET", "", "")]), "");
}

#[test]
fn what_does_not() {
    for (rest, other) in [("GET", "GET"), ("*", "GET"), ("GET", "*"), ("HEAD", "GET"), ("GET", "HEAD")] {
        let text = report(&[(rest, "a", "{x}/{*rest}"), (other, "a", "{id}/{name}/b")]);
        assert_eq!(text.matches("ORI007").count(), 1, "{rest} {other}: {text}");
    }
}

#[test]
fn versions_and_hosts_tell_routes_apart() {
    let at = |version, host| {
        let controller = controller(&[("GET", "cats", "")]);
        let entries = vec![Entry { version, host, ..controller.entries[0] }].leak();
        Some(at_root(Box::leak(Box::new(ControllerDescriptor { entries, provider: &PROVIDER, ..*controller }))))
    };
    let check = |left, right, expected: Option<&str>| {
        let text = report_all(&[left, right]);
        assert_eq!(text.is_empty(), expected.is_none(), "{text}");
        assert!(text.contains(expected.unwrap_or_default()), "{text}");
    };
    check(at("1", ""), at("2", ""), None);
    check(at("", ""), at("*", ""), None);
    check(at("1", ""), at("1", ""), Some("`GET /cats` of version `1` is served twice"));
    check(at("", "a.example.com"), at("", ""), None);
    check(at("", "{a}.example.com"), at("", "{a}.example.org"), None);
    check(at("", "{a}.example.com"), at("", "{b}.Example.com"), Some("at host `{b}.Example.com` is served twice"));
    check(at("", "{a}"), at("", "a"), None);
    check(at("", "a.b"), at("", "a"), None);
}

#[test]
fn a_modules_path_comes_first() {
    let located = |path| Some(Located { controller: controller(&[("GET", "cats", "{id}")]), path });
    assert_eq!(report_all(&[located("admin"), located("shop")]), "");
    let text = report_all(&[located("/admin/"), located("admin")]);
    assert!(text.contains("`GET /admin/cats/{id}` is served twice"), "{text}");
    let text = report_all(&[located("{id}")]);
    assert!(text.contains("has two parameters of one name: `/{id}/cats/{id}`"), "{text}");
}

#[test]
fn a_path_with_a_fault_is_told_once_with_its_place() {
    let text = report(&[("GET", "cats", "{id}.json"), ("GET", "cats", "{id}.json")]);
    assert_eq!(text.matches("ORI008").count(), 2, "{text}");
    assert!(
        text.contains("the path of `Cats::find` has text after a parameter in the same segment: `/cats/{id}.json`"),
        "{text}"
    );
}

/// Whether axum takes the paths together, in the order given.
fn axum_takes(paths: &[String]) -> bool {
    catch_unwind(AssertUnwindSafe(|| {
        paths.iter().fold(Router::<()>::new(), |router, path| router.route_service(path, get(|| async {})))
    }))
    .is_ok()
}

fn we_take(paths: &[String]) -> bool {
    let entries: Vec<_> = paths.iter().map(|path| ("GET", "", &*path.clone().leak())).collect();
    report(&entries).is_empty()
}

/// A path of our grammar, out of so few words that pairs collide often.
fn path() -> impl Strategy<Value = String> {
    let segment = prop_oneof![
        3 => prop_oneof!["a", "ab", "b"].prop_map(String::from),
        3 => Just("{?}".to_owned()),
        1 => prop_oneof!["a", "b", "ab"].prop_map(|literal| format!("{literal}{{?}}")),
    ];
    let rest = prop_oneof![
        3 => Just(None),
        2 => Just(Some("{*?}".to_owned())),
        1 => prop_oneof!["a", "ab"].prop_map(|literal| Some(format!("{literal}{{*?}}"))),
    ];
    (prop::collection::vec(segment, 0..4), rest, 0..3_u8).prop_map(|(mut segments, rest, names)| {
        segments.extend(rest);
        let path = format!("/{}", segments.join("/"));
        // A name for each parameter, so that names differ between paths.
        let mut number = 0;
        path.split('?')
            .map(str::to_owned)
            .reduce(|left, right| {
                number += 1;
                format!("{left}p{names}{number}{right}")
            })
            .unwrap_or_default()
    })
}

/// Anything at all.
fn soup() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec!["/", "{", "}", "*", ":", "a", "{a}", "{*a}", "?", "b", "{b}", "//", "%"]);
    prop::collection::vec(part, 0..9).prop_map(|parts| format!("/{}", parts.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2048, ..ProptestConfig::default() })]

    #[test]
    fn our_verdict_on_pairs_is_axums(left in path(), right in path()) {
        let paths = [left, right];
        prop_assert_eq!(we_take(&paths), axum_takes(&paths), "{:?}", paths);
    }

    #[test]
    fn our_verdict_on_sets_is_axums(paths in prop::collection::vec(path(), 0..7)) {
        prop_assert_eq!(we_take(&paths), axum_takes(&paths), "{:?}", paths);
    }

    #[test]
    fn what_we_take_axum_takes(path in soup()) {
        if Pattern::new("", "", path.clone().leak()).check().is_ok() {
            let joined = format!("/{}", path.trim_matches('/'));
            prop_assert!(axum_takes(&[joined]), "{}", path);
        }
    }
}
