//! A service with the probe, and nginx before it.

use std::env;
use std::path::PathBuf;
use std::process::Output;

use driver::{Program, Server, free_port};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const VARIABLE: &str = "ORIOLE_DOCTOR_TOKEN";

/// Where the probe is, in every place.
pub(crate) const PROBE: &str = "/sse-doctor";

/// What nginx needs to leave the streams alone.
pub(crate) const STREAMS: &str = "proxy_buffering off; proxy_http_version 1.1; proxy_set_header Connection '';";

/// The service, and two nginx one behind the other, which are one process: `public` leads to `inner`, and that to the service.
pub(crate) struct Way {
    pub(crate) service: Server,
    inner_port: u16,
    nginx: Server,
    _folder: TempDir,
}

impl Way {
    /// Starts it, with what stands in the `location` of each.
    pub(crate) fn new(public: &str, inner: &str) -> Self {
        let service = Program::of("sample-sse-operating").env(VARIABLE, TOKEN).start();
        let folder = tempfile::tempdir().expect("a folder");
        let (public_port, inner_port) = (free_port(), free_port());
        let path = folder.path().display();
        // Everything that it writes is in its own folder: the system's nginx, if there is one, is not touched.
        let paths =
            ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|name| format!("{name}_temp_path {path}/{name};"));
        let server = |port: u16, to: u16, inside: &str| {
            format!(
                "server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://127.0.0.1:{to}; {inside} }} }}\n"
            )
        };
        let config = format!(
            "daemon off;\nmaster_process off;\npid {path}/pid;\nerror_log stderr;\n\
             events {{ worker_connections 512; }}\nhttp {{\naccess_log off;\n{}\n{}{}}}\n",
            paths.join("\n"),
            server(public_port, inner_port, public),
            server(inner_port, service.port(), inner),
        );
        let file = folder.path().join("nginx.conf");
        std::fs::write(&file, config).expect("a file");
        let nginx = Program::new(nginx()).arg("-e").arg("stderr").arg("-p").arg(folder.path()).arg("-c").arg(file);
        Self { service, inner_port, nginx: nginx.port(public_port).start(), _folder: folder }
    }

    pub(crate) fn public(&self) -> String {
        self.nginx.url(PROBE)
    }

    pub(crate) fn inner(&self) -> String {
        format!("http://127.0.0.1:{}{PROBE}", self.inner_port)
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

fn nginx() -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(["/usr/sbin".into()]);
    let mut paths = folders.map(|folder| folder.join("nginx"));
    paths
        .find(|path| path.is_file())
        .unwrap_or_else(|| panic!("there is no nginx here: `cargo xtask tools` installs it"))
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
