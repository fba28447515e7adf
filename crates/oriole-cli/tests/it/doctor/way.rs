//! A service with the probe, and nginx before it.

use std::process::Output;

use driver::{Nginx, Program, Server};
use serde_json::Value;

pub(crate) const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const VARIABLE: &str = "ORIOLE_DOCTOR_TOKEN";

/// Where the probe is, in every place.
pub(crate) const PROBE: &str = "/sse-doctor";

/// What nginx needs to leave the streams alone.
pub(crate) const STREAMS: &str = "proxy_buffering off; proxy_http_version 1.1; proxy_set_header Connection '';";

/// The service, and two nginx one behind the other: `public` leads to `inner`, and that to the service.
pub(crate) struct Way {
    pub(crate) service: Server,
    nginx: Nginx,
}

impl Way {
    /// Starts it, with what stands in the `location` of each.
    pub(crate) fn new(public: &str, inner: &str) -> Self {
        let service = Program::of("sample-sse-operating").env(VARIABLE, TOKEN).start();
        let nginx = Nginx::before(&service.url(""), &[public, inner]);
        Self { service, nginx }
    }

    pub(crate) fn public(&self) -> String {
        self.nginx.url(0, PROBE)
    }

    pub(crate) fn inner(&self) -> String {
        self.nginx.url(1, PROBE)
    }

    pub(crate) fn origin(&self) -> String {
        self.service.url(PROBE)
    }

    /// Runs the doctor over the whole way, until what it finds is as expected or it has been tried several times; gives the last.
    ///
    /// It measures delays. What a hop holds is held each time; what a busy machine keeps is not.
    pub(crate) fn examine(&self, options: &[&str], is_expected: impl Fn(&Examined) -> bool) -> Examined {
        let (public, inner, origin) = (self.public(), self.inner(), self.origin());
        let words = [&[public.as_str(), "--hop", &inner, "--origin", &origin, "--json"], options].concat();
        measured(|| Examined::of(&doctor(&words, Some(TOKEN))), is_expected)
    }
}

/// Runs the command.
pub(crate) fn doctor(words: &[&str], token: Option<&str>) -> Output {
    let mut program = Program::new(env!("CARGO_BIN_EXE_oriole")).arg("doctor").env(VARIABLE, token.unwrap_or_default());
    for word in words {
        program = program.arg(word);
    }
    program.run()
}

/// Measures until it is as expected, several times at most.
pub(crate) fn measured<T>(measure: impl Fn() -> T, is_expected: impl Fn(&T) -> bool) -> T {
    const TIMES: usize = 5;
    let mut measured = measure();
    for _ in 1..TIMES {
        if is_expected(&measured) {
            break;
        }
        measured = measure();
    }
    measured
}

/// What the doctor said, in JSON.
pub(crate) struct Examined {
    pub(crate) code: i32,
    pub(crate) report: Value,
}

impl Examined {
    pub(crate) fn of(output: &Output) -> Self {
        let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
        Self { code: output.status.code().expect("a code"), report }
    }

    /// The codes of the findings of a level, with the addresses at which they begin.
    pub(crate) fn found(&self, level: &str) -> Vec<(&str, &str)> {
        let findings = self.report["findings"].as_array().expect("findings");
        let of_level = findings.iter().filter(|finding| finding["level"] == level);
        of_level
            .map(|finding| (finding["code"].as_str().expect("text"), finding["url"].as_str().expect("text")))
            .collect()
    }

    /// Whether there is no other fault than these, and the exit says so.
    pub(crate) fn has_faults(&self, faults: &[(&str, &str)]) -> bool {
        self.code == if faults.is_empty() { 0 } else { 3 } && self.found("fault") == faults
    }

    /// A finding's words and its remedies.
    pub(crate) fn words(&self, code: &str) -> String {
        let findings = self.report["findings"].as_array().expect("findings");
        let finding = findings.iter().find(|finding| finding["code"] == code);
        finding.unwrap_or_else(|| panic!("no {code} in {:#}", self.report)).to_string()
    }

    /// A number of a place's, the outermost of which is 0.
    pub(crate) fn number(&self, place: usize, path: &str) -> u64 {
        let value = self.report["places"][place].pointer(path);
        value.and_then(Value::as_u64).unwrap_or_else(|| panic!("no {path} in place {place} of {:#}", self.report))
    }
}
