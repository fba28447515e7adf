//! The development console, on `samples/sse-operating`: what happens to streams, seen and done from its page.

use std::time::Duration;

use driver::{Program, Server, until};
use e2e::{Browser, Page, VIEWPORT, picture_path};

const SAMPLE: &str = "sample-sse-operating";

/// Enough for anything that a page does, on a busy machine.
const SOON: Duration = Duration::from_secs(120);

/// Enough for the pause of a browser before it connects again.
const RECONNECTED: Duration = Duration::from_secs(120);

const LIVE: &str = "document.querySelector('#status').dataset.state === 'live'";

fn start() -> Server {
    Program::of(SAMPLE).start()
}

/// Opens a page of the sample's origin that reads these streams, and keeps what it is told.
fn readers<'b>(browser: &'b Browser, server: &Server, paths: &[&str]) -> Page<'b> {
    let page = browser.open(&server.url("/behind"));
    let sources: Vec<_> = paths.iter().map(|path| format!("'{path}'")).collect();
    let _ = page.eval(&format!(
        "window.readers = [{}].map((path) => {{
            const reader = {{ events: [], opened: 0, source: new EventSource(path) }};
            const keep = (event) => reader.events.push(`${{event.type}} ${{event.data}}`);
            reader.source.onopen = () => reader.opened += 1;
            for (const type of ['message', 'hello', 'gap', 'end', 'price']) reader.source.addEventListener(type, keep);
            return reader;
        }}); 0",
        sources.join(", ")
    ));
    for at in 0..paths.len() {
        page.wait_for(&format!("readers[{at}].events.length > 0"), SOON);
    }
    page
}

/// Opens the console as a developer does: by the link in the log.
fn console<'b>(browser: &'b Browser, server: &Server) -> Page<'b> {
    let page = browser.open(&link(server));
    page.wait_for(LIVE, SOON);
    page
}

fn link(server: &Server) -> String {
    let found = until(SOON, || {
        let output = server.output();
        let (_, rest) = output.split_once("The development console: ")?;
        rest.split(|char: char| char.is_whitespace() || char.is_control()).next().map(str::to_owned)
    });
    let link = found.unwrap_or_else(|| panic!("no link in {}", server.output()));
    assert!(link.starts_with(&server.url("/sse-console#token=")), "{link}");
    link
}

fn publish(server: &Server, price: &str) {
    let answer = server.ask("POST", "/prices").header("Content-Type", "text/plain").body(price).send();
    assert_eq!(answer.status, 201, "{}", answer.text());
}

/// The row of the stream whose route or principal has this in it.
fn row(of: &str) -> String {
    format!("[...document.querySelectorAll('#streams tr')].find((row) => row.textContent.includes('{of}'))")
}

#[track_caller]
fn wait_for_row(page: &Page<'_>, of: &str, text: &str) {
    page.wait_for(&format!("{}?.textContent.includes('{text}')", row(of)), SOON);
}

fn press(page: &Page<'_>, of: &str, what: &str) {
    let _ = page.eval(&format!("{}.querySelector('[data-do={what}]').click()", row(of)));
}

/// Streams come and go by themselves; one that is stalled falls behind, and catches up when it is let go.
#[test]
fn a_stream_that_is_stalled_falls_behind_before_ones_eyes() {
    let (server, browser) = (start(), Browser::start());
    let console = console(&browser, &server);
    assert_eq!(console.eval("document.querySelector('#none').hidden"), false);
    let tab = readers(&browser, &server, &["/prices", "/desks/fx/prices"]);
    wait_for_row(&console, "GET /prices", "live");
    wait_for_row(&console, "GET /desks/{desk}/prices", "fx · 127.0.0.1:");
    wait_for_row(&console, "GET /desks/{desk}/prices", "drop-oldest");
    wait_for_row(&console, "GET /desks/{desk}/prices", "prices @ 0");
    console.wait_for("document.querySelector('#all-streams').textContent === '2'", SOON);

    press(&console, "GET /prices", "hold");
    wait_for_row(&console, "GET /prices", "stalled by you");
    for number in 1..=3 {
        publish(&server, &format!("EUR 1.1{number}"));
    }
    wait_for_row(&console, "GET /prices", "3 · ");
    console.wait_for("document.querySelector('#behind').textContent === '1'", SOON);
    tab.wait_for("readers[1].events.at(-1) === 'message EUR 1.13'", SOON);
    assert_eq!(tab.eval("readers[0].events.length"), 1, "the hello alone");

    press(&console, "GET /prices", "let-go");
    tab.wait_for("readers[0].events.at(-1) === 'message EUR 1.13'", SOON);
    assert_eq!(tab.eval("readers[0].events.length"), 4, "each once");
    console.wait_for("document.querySelector('#behind').textContent === '0'", SOON);
    wait_for_row(&console, "GET /prices", "prices @ 3");

    let _ = tab.eval("readers.forEach((reader) => reader.source.close())");
    console.wait_for("document.querySelectorAll('#streams tr').length === 0", SOON);
    assert_eq!(console.eval("document.querySelector('#none').hidden"), false);
}

/// The browser comes back by itself, with its cursor: nothing is lost.
#[test]
fn a_stream_that_is_cut_comes_back() {
    let (server, browser) = (start(), Browser::start());
    let console = console(&browser, &server);
    let tab = readers(&browser, &server, &["/prices"]);
    publish(&server, "EUR 1.17");
    tab.wait_for("readers[0].events.at(-1) === 'message EUR 1.17'", SOON);
    wait_for_row(&console, "GET /prices", "live");
    press(&console, "GET /prices", "cut");
    tab.wait_for("readers[0].opened === 2", RECONNECTED);
    wait_for_row(&console, "GET /prices", "resumed");
    tab.wait_for("readers[0].events.at(-1).includes('resumed')", SOON);
    assert_eq!(tab.eval("readers[0].events.filter((event) => event.startsWith('end')).length"), 0, "without a word");
}

#[test]
fn a_stream_expires_and_ends_for_a_reason() {
    let (server, browser) = (start(), Browser::start());
    let console = console(&browser, &server);
    let tab = readers(&browser, &server, &["/prices", "/desks/fx/prices"]);
    wait_for_row(&console, "GET /prices", "live");
    wait_for_row(&console, "GET /desks", "guard: passes for");
    let is_off = format!("{}.querySelector('[data-do=expire]').disabled", row("GET /prices"));
    assert_eq!(console.eval(&is_off), true, "there is nothing that could");

    press(&console, "GET /desks", "expire");
    tab.wait_for("readers[1].events.at(-1) === 'end {\"reason\":\"revoked\"}'", SOON);
    tab.wait_for("readers[1].opened === 2", RECONNECTED);

    let choose = format!("{}.querySelector('select').value = 'unverified'", row("GET /prices"));
    let _ = console.eval(&choose);
    press(&console, "GET /prices", "end");
    tab.wait_for("readers[0].events.includes('end {\"reason\":\"unverified\"}')", SOON);
}

/// What the policy of a reader does to it is told to its client, and shown.
#[test]
fn a_buffer_that_is_filled_loses_what_its_policy_says() {
    let (server, browser) = (start(), Browser::start());
    let console = console(&browser, &server);
    let tab = readers(&browser, &server, &["/desks/fx/prices"]);
    wait_for_row(&console, "GET /desks", "live");
    press(&console, "GET /desks", "fill");
    wait_for_row(&console, "GET /desks", "waits to be behind");
    for price in ["EUR 1.17", "EUR 1.18"] {
        publish(&server, price);
    }
    tab.wait_for("readers[0].events.some((event) => event.startsWith('gap') && event.includes('overflow'))", SOON);
    wait_for_row(&console, "GET /desks", "1 gap");
    wait_for_row(&console, "GET /desks", "overflow: prices 1–1");
}

/// What an event says is text, whatever it says; and it could not be anything else.
#[test]
fn an_event_is_never_markup() {
    let (server, browser) = (start(), Browser::start());
    let console = console(&browser, &server);
    let _tab = readers(&browser, &server, &["/prices", "/desks/%3Cimg%20src=x%20onerror=alert(1)%3E/prices"]);
    let evil = "<img src=x onerror=\"document.title='evil'\"><script>document.title='evil'</script>";
    publish(&server, evil);
    console.wait_for("document.querySelector('.events .data')?.textContent.includes('<script>')", SOON);
    wait_for_row(&console, "GET /desks", "<img src=x onerror=alert(1)>");
    assert_eq!(console.eval("document.querySelectorAll('#topics img, #streams img, #topics script').length"), 0);
    assert_eq!(console.eval("document.title"), "Oriole · Event streams");
    let refused = "(() => { try { document.body.innerHTML = '<b>x</b>'; return false } catch (error) { return error instanceof TypeError } })()";
    assert_eq!(console.eval(refused), true, "there is no way from a text to markup");
    // Nor is there one out of the page.
    let leaves = "new Promise((done) => {
        document.addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective));
        fetch('http://127.0.0.1:9/', { mode: 'no-cors' }).then(() => done('left'), () => {});
    })";
    assert_eq!(console.eval(leaves), "connect-src");
}

/// Whoever comes by a proxy that says nothing of itself has no link.
#[test]
fn without_its_link_the_page_shows_nothing() {
    let (server, browser) = (start(), Browser::start());
    let _tab = readers(&browser, &server, &["/prices"]);
    let page = browser.open(&server.url("/sse-console"));
    let is_locked =
        "!document.querySelector('#locked').hidden && document.querySelector('#status').dataset.state === 'closed'";
    page.wait_for(is_locked, SOON);
    assert_eq!(page.eval("document.querySelectorAll('#streams tr').length"), 0);
    let pressed = "fetch('/sse-console/streams/0/cut', { method: 'POST' }).then((answer) => answer.status)";
    assert_eq!(page.eval(pressed), 403);

    // One that is not of this start is told so; the right one opens the same tab, and does not stay in its address.
    let _ = page.eval("location.hash = 'token=0f4c81c7d1d04a2e9b6f3a55'");
    page.wait_for("document.querySelector('#said').textContent.includes('#token=')", SOON);
    page.wait_for(is_locked, SOON);
    let link = link(&server);
    let (_, fragment) = link.split_once('#').expect("a fragment");
    let _ = page.eval(&format!("location.hash = '{fragment}'"));
    page.wait_for(LIVE, SOON);
    wait_for_row(&page, "GET /prices", "live");
    assert_eq!(page.eval("[location.hash, document.querySelector('#locked').hidden].join()"), ",true");
    // Nor is it lost when the page is loaded again.
    let _ = page.eval("window.before = true; location.reload(); 0");
    page.wait_for(&format!("!window.before && {LIVE}"), SOON);
}

/// Another origin's page, on the same machine, reaches nothing.
#[test]
fn another_page_presses_no_button() {
    let (server, browser) = (start(), Browser::start());
    let other = start();
    let tab = readers(&browser, &server, &["/prices"]);
    let stranger = browser.open(&other.url("/behind"));
    let hold = server.url("/sse-console/streams/0/hold");
    let pressed = format!("fetch('{hold}', {{ method: 'POST', mode: 'no-cors' }}).then(() => 'sent', () => 'sent')");
    assert_eq!(stranger.eval(&pressed), "sent", "what came of it, the browser does not tell");
    publish(&server, "EUR 1.17");
    tab.wait_for("readers[0].events.at(-1) === 'message EUR 1.17'", SOON);
    let read = format!("fetch('{}').then(() => 'read', () => 'not read')", server.url("/sse-console/events"));
    assert_eq!(stranger.eval(&read), "not read");
}

/// Everything that a mouse does, a keyboard does.
#[test]
fn the_page_is_used_with_a_keyboard() {
    let (server, browser) = (start(), Browser::start());
    let tab = readers(&browser, &server, &["/prices", "/desks/fx/prices"]);
    let console = console(&browser, &server);
    console.wait_for("document.querySelectorAll('#streams tr').length === 2", SOON);
    for key in ["/", "f", "x"] {
        console.press(key);
    }
    console.wait_for("document.querySelector('#filter').value === 'fx'", SOON);
    let shown = "[...document.querySelectorAll('#streams tr')].filter((row) => !row.hidden).length";
    assert_eq!(console.eval(shown), 1);
    // The table, which can be scrolled, and the first button of the stream that is left.
    for _ in 0..2 {
        console.press("Tab");
    }
    assert_eq!(console.eval("document.activeElement.textContent"), "Stall");
    console.press("Enter");
    wait_for_row(&console, "fx", "stalled by you");
    publish(&server, "EUR 1.17");
    tab.wait_for("readers[0].events.at(-1) === 'message EUR 1.17'", SOON);
    wait_for_row(&console, "fx", "1 · ");
    // What is shown anew keeps the focus.
    assert_eq!(console.eval("document.activeElement.textContent"), "Let go");
    console.press("Enter");
    tab.wait_for("readers[1].events.at(-1) === 'message EUR 1.17'", SOON);

    let nameless = "[...document.querySelectorAll('button, input, select, meter')].filter((control) =>
        !(control.textContent.trim() || control.getAttribute('aria-label'))).length";
    assert_eq!(console.eval(nameless), 0, "each control has a name");
}

#[test]
fn the_page_makes_a_picture() {
    let (server, browser) = (start(), Browser::start());
    let empty = browser.open("about:blank").screenshot();
    let tab = readers(&browser, &server, &["/prices", "/desks/fx/prices", "/desks/rates/prices"]);
    let console = console(&browser, &server);
    console.wait_for("document.querySelectorAll('#streams tr').length === 3", SOON);
    press(&console, "rates", "fill");
    wait_for_row(&console, "rates", "waits to be behind");
    // A point of a curve comes with each second.
    for second in 1..=10 {
        console.wait_for(&format!("document.querySelector('#topics polyline').points.numberOfItems >= {second}"), SOON);
        if second == 4 {
            press(&console, "fx", "hold");
            wait_for_row(&console, "fx", "stalled by you");
        }
        for cent in 0..second % 4 + 3 {
            publish(&server, &format!("{{\"pair\":\"EUR/USD\",\"price\":1.{}}}", 17 * second + cent));
        }
    }
    wait_for_row(&console, "rates", "1 gap");
    tab.wait_for("readers[0].events.length > 40", SOON);

    let picture = console.screenshot();
    picture.write(&picture_path("sse-console.png"));
    assert_eq!(picture.size(), VIEWPORT);
    assert!(picture.length() > empty.length(), "there is something to see: {picture:?} beside {empty:?}");
}
