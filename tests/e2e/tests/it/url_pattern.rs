//! Patterns of topics mean what the browser's own `URLPattern` means.

use e2e::Browser;
use oriole_sse::Pattern;

const PATTERNS: &[&str] = &[
    "a",
    "a/b",
    "a/:x",
    ":x",
    ":x/b",
    ":x/:y",
    "a/:x/c",
    "a/*",
    "*",
    "a/:x/*",
    "a/b/*",
    ":x/*",
    "a//b",
    "a/",
    "rooms/:room_1/alerts",
];

const TOPICS: &[&str] = &[
    "a",
    "b",
    "a/b",
    "a/c",
    "a/",
    "a//",
    "a//b",
    "a/b/",
    "a/b/c",
    "a/x/c",
    "a/b/c/d",
    "ab",
    "ab/c",
    "rooms/7/alerts",
    "rooms//alerts",
    "rooms/7/8/alerts",
    "A",
    "a/B",
];

#[test]
fn every_pattern_matches_what_it_matches_in_a_browser() {
    let browser = Browser::start();
    let page = browser.open("data:text/html,patterns");
    let mut different = vec![];
    for pattern in PATTERNS {
        let ours = Pattern::new(pattern).expect("a pattern");
        for topic in TOPICS {
            let theirs =
                page.eval(&format!("new URLPattern({{ pathname: '/{pattern}' }}).test('https://example.com/{topic}')"));
            if theirs != ours.matches(topic) {
                different.push(format!("{pattern} and {topic}: the browser says {theirs}"));
            }
        }
    }
    assert!(different.is_empty(), "{different:#?}");
}
