//! A browser with pages in it.

use std::env;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::picture::Png;
use crate::protocol::{Connection, exception};
use crate::temporary::TemporaryFolder;
use driver::until;

/// Width and height of every page, in pixels.
pub const VIEWPORT: (u32, u32) = (1200, 800);

const LOAD_TIMEOUT: Duration = Duration::from_secs(120);

/// No animation is under way, but for those that never end.
const STILL: &str = "document.getAnimations().every(animation =>
    animation.playState !== 'running' || animation.effect.getComputedTiming().endTime === Infinity)";

/// The names under which Chromium is packaged; `xtask/src/tools.rs` looks for the same.
const NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const FLAGS: &[&str] = &[
    "--headless",
    "--disable-gpu",
    "--hide-scrollbars",
    "--mute-audio",
    "--no-first-run",
    "--no-default-browser-check",
    // Shared memory is small in containers.
    "--disable-dev-shm-usage",
    // It speaks to our servers, and to nobody else.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-quic",
    "--disable-sync",
    // A page in the background is as quick as one in front.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
];

/// Chromium without a window, with a profile of its own. It ends when it is dropped.
#[derive(Debug)]
pub struct Browser {
    // Dropped first: the browser must end before its profile is removed.
    connection: Connection,
    _profile: TemporaryFolder,
}

/// A tab of a [`Browser`].
#[derive(Debug)]
pub struct Page<'b> {
    browser: &'b Browser,
    session: String,
}

impl Browser {
    /// Starts a browser.
    ///
    /// # Panics
    ///
    /// When there is none on this machine.
    #[must_use]
    #[track_caller]
    pub fn start() -> Self {
        let path = find().unwrap_or_else(|| panic!("there is no Chromium here: `cargo xtask tools` installs it"));
        let profile = TemporaryFolder::new();
        let mut flags: Vec<String> = FLAGS.iter().map(|flag| (*flag).to_owned()).collect();
        flags.push(format!("--user-data-dir={}", profile.path().display()));
        if is_root() {
            // Chromium does not start a sandbox for root.
            flags.push("--no-sandbox".to_owned());
        }
        Self { connection: Connection::start(&path, &flags), _profile: profile }
    }

    /// Opens a tab at an address and waits until it has loaded.
    ///
    /// # Panics
    ///
    /// When the address cannot be loaded.
    #[must_use]
    #[track_caller]
    pub fn open(&self, url: &str) -> Page<'_> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let created = self.connection.call(None, "Target.createTarget", &json!({ "url": "about:blank" }));
        let target = json!({ "targetId": created["targetId"], "flatten": true });
        let session = text(&self.connection.call(None, "Target.attachToTarget", &target)["sessionId"]);
        let page = Page { browser: self, session };
        for domain in ["Page.enable", "Runtime.enable", "Log.enable"] {
            page.call(domain, &json!({}));
        }
        let (width, height) = VIEWPORT;
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        page.call("Emulation.setDeviceMetricsOverride", &size);
        page.open(url);
        page
    }
}

impl Page<'_> {
    /// Goes to an address and waits until it has loaded.
    ///
    /// # Panics
    ///
    /// When the address cannot be loaded.
    #[track_caller]
    pub fn open(&self, url: &str) {
        let answer = self.call("Page.navigate", &json!({ "url": url }));
        assert!(answer.get("errorText").is_none(), "{url} could not be loaded: {}", answer["errorText"]);
        self.wait_for("document.readyState === 'complete'", LOAD_TIMEOUT);
    }

    /// The value of an expression in the page; a promise is waited for.
    ///
    /// # Panics
    ///
    /// When it throws.
    #[must_use]
    #[track_caller]
    pub fn eval(&self, expression: &str) -> Value {
        self.try_eval(expression).unwrap_or_else(|problem| panic!("{expression}: {problem}"))
    }

    /// Waits until an expression in the page is true.
    ///
    /// # Panics
    ///
    /// When it is not within the limit; the message shows what the page showed and what its console said.
    #[track_caller]
    pub fn wait_for(&self, condition: &str, limit: Duration) {
        // A page that is just being left throws, too.
        let holds = || (self.try_eval(&format!("Boolean({condition})")) == Ok(Value::Bool(true))).then_some(());
        if until(limit, holds).is_none() {
            let shown = self.try_eval("document.documentElement.outerHTML").unwrap_or_else(Value::String);
            let shown = shown.as_str().unwrap_or_default().to_owned();
            let console = self.browser.connection.console();
            panic!("not within {limit:?}: {condition}\n--- page\n{shown}\n--- console\n{console}\n---");
        }
    }

    /// Presses a key and lets it go: a character, `Tab` or `Enter`.
    ///
    /// # Panics
    ///
    /// When the browser does not take it.
    #[track_caller]
    pub fn press(&self, key: &str) {
        let (code, text) = match key {
            "Tab" => (9, ""),
            "Enter" => (13, "\r"),
            character => (0, character),
        };
        let down = json!({ "type": "keyDown", "key": key, "windowsVirtualKeyCode": code, "text": text });
        self.call("Input.dispatchKeyEvent", &down);
        self.call("Input.dispatchKeyEvent", &json!({ "type": "keyUp", "key": key, "windowsVirtualKeyCode": code }));
    }

    /// What the page looks like once its animations have ended.
    ///
    /// # Panics
    ///
    /// When the browser gives no picture.
    #[must_use]
    #[track_caller]
    pub fn screenshot(&self) -> Png {
        self.wait_for(STILL, LOAD_TIMEOUT);
        let answer = self.call("Page.captureScreenshot", &json!({ "format": "png" }));
        let data = answer["data"].as_str().unwrap_or_default();
        let bytes = BASE64_STANDARD.decode(data).unwrap_or_else(|error| panic!("no base64: {error}"));
        Png::new(bytes)
    }

    fn try_eval(&self, expression: &str) -> Result<Value, String> {
        let params = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let mut answer = self.call("Runtime.evaluate", &params);
        match answer.get("exceptionDetails") {
            Some(details) => Err(exception(details).to_owned()),
            None => Ok(answer["result"]["value"].take()),
        }
    }

    #[track_caller]
    fn call(&self, method: &str, params: &Value) -> Value {
        self.browser.connection.call(Some(&self.session), method, params)
    }
}

fn find() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    NAMES.iter().find_map(|name| env::split_paths(&path).map(|folder| folder.join(name)).find(|path| path.is_file()))
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|metadata| metadata.uid() == 0)
}
