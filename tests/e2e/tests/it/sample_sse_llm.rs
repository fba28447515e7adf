//! `samples/sse-llm`: an answer that goes on in every tab, through reloads and restarts.

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::time::Duration;

use driver::{Program, folder};
use e2e::{Browser, Page, VIEWPORT, picture_path};

const SAMPLE: &str = "sample-sse-llm";

/// Enough for an answer of two hundred tokens, and for a browser's pauses before it connects again, on a busy machine.
const SOON: Duration = Duration::from_secs(120);

const FINISHED: &str = "document.querySelector('#status').dataset.state === 'finished'";

/// A model that takes its time, so that it is disturbed in the middle even where everything else is slow.
const SLOW: &str = "200";
const QUICK: &str = "5";

fn program(data: &Path, pace: &str) -> Program {
    Program::of(SAMPLE).env("DATA", data).env("PACE", pace)
}

fn ask(page: &Page<'_>) {
    page.wait_for("document.querySelector('#ask')", SOON);
    let _ = page.eval("document.querySelector('#ask').requestSubmit()");
    page.wait_for("location.hash.length === 33", SOON);
}

fn wait_for_tokens(page: &Page<'_>, count: u64) {
    page.wait_for(&format!("Number(document.querySelector('#tokens').textContent) >= {count}"), SOON);
}

fn number(page: &Page<'_>, id: &str) -> u64 {
    page.eval(&format!("Number(document.querySelector('#{id}').textContent)")).as_u64().unwrap_or_default()
}

/// Question, answer and how it ended, with the number of tokens that made it up.
fn shown(page: &Page<'_>) -> (String, String, String, u64) {
    let text = |id: &str| {
        let text = page.eval(&format!("document.querySelector('#{id}').textContent"));
        text.as_str().unwrap_or_default().to_owned()
    };
    (text("question"), text("text"), text("status"), number(page, "tokens"))
}

/// What the page shows of an answer that nothing disturbs.
fn undisturbed(data: &Path, browser: &Browser) -> (String, String, String, u64) {
    let server = program(data, QUICK).start();
    let page = browser.open(&server.url("/"));
    ask(&page);
    page.wait_for(FINISHED, SOON);
    let shown = shown(&page);
    assert!(shown.0.ends_with('?') && shown.1.contains("hangs it where the wind is strongest"), "{shown:?}");
    assert_eq!((shown.2.as_str(), shown.3 > 100), ("complete", true));
    shown
}

#[test]
fn an_answer_survives_reloads_and_a_restart_of_the_server() {
    let folder = folder();
    let data = folder.path().join("answers.redb");
    let browser = Browser::start();
    let expected = undisturbed(&data, &browser);
    let server = program(&data, SLOW).start();
    let port = server.port();

    let page = browser.open(&server.url("/"));
    ask(&page);
    for tokens in [5, 15] {
        wait_for_tokens(&page, tokens);
        let _ = page.eval("location.reload()");
    }
    wait_for_tokens(&page, 25);
    // Another one looks on, and neither is reloaded from here on.
    let address = page.eval("location.href");
    let other = browser.open(address.as_str().unwrap());
    wait_for_tokens(&other, 30);

    server.kill();
    page.wait_for("document.querySelector('#status').dataset.state === 'connecting'", SOON);
    let before = number(&page, "tokens");
    assert!(before >= 25 && before < expected.3, "it was killed in the middle: {before}");
    let server = program(&data, QUICK).port(port).start();
    for page in [&page, &other] {
        page.wait_for(FINISHED, SOON);
        assert_eq!(shown(page), expected, "nothing is lost or doubled");
        assert!(number(page, "resumes") >= 1, "it went on where it was");
    }
    // And one that comes when all is said.
    let late = browser.open(address.as_str().unwrap());
    late.wait_for(FINISHED, SOON);
    assert_eq!(shown(&late), expected);
    drop(server);
}

#[test]
fn an_answer_survives_a_deploy() {
    let folder = folder();
    let data = folder.path().join("answers.redb");
    let browser = Browser::start();
    let expected = undisturbed(&data, &browser);
    let mut server = program(&data, SLOW).start();
    let port = server.port();
    let page = browser.open(&server.url("/"));
    ask(&page);
    wait_for_tokens(&page, 10);
    server.terminate();
    assert_eq!(server.wait(SOON).signal(), Some(15));
    assert!(number(&page, "tokens") < expected.3, "it was interrupted");
    let _server = program(&data, QUICK).port(port).start();
    page.wait_for(FINISHED, SOON);
    assert_eq!(shown(&page), expected);
}

#[test]
fn the_button_stops_it_in_every_tab() {
    let folder = folder();
    let server = program(&folder.path().join("answers.redb"), SLOW).start();
    let browser = Browser::start();
    let page = browser.open(&server.url("/"));
    ask(&page);
    let other = browser.open(page.eval("location.href").as_str().unwrap());
    wait_for_tokens(&other, 5);
    let _ = page.eval("document.querySelector('#stop').click()");
    for page in [&page, &other] {
        page.wait_for(FINISHED, SOON);
        assert_eq!(page.eval("document.querySelector('#status').textContent"), "stopped");
    }
    assert_eq!(shown(&page), shown(&other));
}

#[test]
fn the_page_makes_a_picture() {
    let folder = folder();
    let data = folder.path().join("answers.redb");
    let server = program(&data, SLOW).start();
    let port = server.port();
    let browser = Browser::start();
    let empty = browser.open("about:blank").screenshot();
    let page = browser.open(&server.url("/"));
    ask(&page);
    wait_for_tokens(&page, 20);
    server.kill();
    let _server = program(&data, QUICK).port(port).start();
    page.wait_for(FINISHED, SOON);
    let picture = page.screenshot();
    picture.write(&picture_path("sample-sse-llm.png"));
    assert_eq!(picture.size(), VIEWPORT);
    assert!(picture.length() > empty.length(), "there is something to see: {picture:?} beside {empty:?}");
}
