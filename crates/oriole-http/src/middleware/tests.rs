use super::pattern::PathPattern;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::routing::get;
use futures_util::FutureExt;
use http::StatusCode;
use proptest::prelude::*;
use tower_service::Service;

#[test]
fn paths_are_covered() {
    for (pattern, path, exactly, below) in [
        ("cats", "/cats", true, true),
        ("/cats/", "/cats", true, true),
        ("cats", "/cats/", false, true),
        ("cats", "/cats/7/toys", false, true),
        ("cats", "/catsup", false, false),
        ("cats", "/Cats", false, false),
        ("/", "/", true, true),
        ("", "/anything/at/all", false, true),
        ("cats/{id}", "/cats/7", true, true),
        ("cats/{id}", "/cats/", false, false),
        ("cats/{id}", "/cats", false, false),
        ("cats/{id}", "/cats/7/toys", false, true),
        ("v{n}/cats", "/v2/cats", true, true),
        ("v{n}/cats", "/w2/cats", false, false),
        ("{tenant}/cats", "//cats", true, true),
        ("abcd/{*rest}", "/abcd/1", true, true),
        ("abcd/{*rest}", "/abcd/1/2", true, true),
        ("abcd/{*rest}", "/abcd/", false, false),
        ("abcd/{*rest}", "/abcd", false, false),
        ("abcd/{*rest?}", "/abcd/", true, true),
        ("abcd/{*rest?}", "/abcd", true, true),
        ("abcd/{*rest?}", "/abc", false, false),
    ] {
        let pattern_of = PathPattern::new(pattern);
        assert_eq!((pattern_of.covers(path), pattern_of.covers_below(path)), (exactly, below), "{pattern} {path}");
    }
}

#[test]
fn an_optional_rest_is_a_rest_to_the_grammar() {
    for (path, expected) in [("a/{*rest?}", "a/{*rest}"), ("a/{id?}", "a/{id?}"), ("a?", "a?"), ("{*r?}/b", "{*r?}/b")]
    {
        assert_eq!(PathPattern::as_route(path), expected);
    }
}

/// A path of a route.
fn pattern() -> impl Strategy<Value = String> {
    let segment = prop::sample::select(vec!["a", "b", "ab", "{?}", "a{?}"]);
    let last = prop::sample::select(vec!["", "a", "{?}", "b{?}", "{*?}", "a{*?}"]);
    (prop::collection::vec(segment, 0..3), last).prop_map(|(mut segments, last)| {
        segments.extend((!last.is_empty()).then_some(last));
        let text = segments.join("/");
        let mut named = String::from("/");
        for (number, part) in text.split('?').enumerate() {
            if number > 0 {
                named.push_str(&format!("p{number}"));
            }
            named.push_str(part);
        }
        named
    })
}

fn path() -> impl Strategy<Value = String> {
    let segment = prop::sample::select(vec!["", "a", "b", "ab", "abc", "c"]);
    prop::collection::vec(segment, 1..5).prop_map(|segments| format!("/{}", segments.join("/")))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, ..ProptestConfig::default() })]

    /// A route that a middleware was bound to is never reached without it.
    #[test]
    fn our_verdict_on_paths_is_axums(pattern in pattern(), path in path()) {
        let mut router = Router::<()>::new().route_service(&pattern, get(|| async {}));
        let request = Request::builder().uri(&*path).body(Body::empty()).expect("a request");
        let answer = router.call(request).now_or_never().expect("nothing is waited for").expect("it never fails");
        prop_assert_eq!(PathPattern::new(&pattern).covers(&path), answer.status() == StatusCode::OK, "{} {}", pattern, path);
    }
}
