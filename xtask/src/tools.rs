//! The programs that the tests need beside Rust: looks for them, and installs what is missing where it can.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::commands::has_nextest;
use crate::steps::cargo;

struct Tool {
    name: &'static str,
    needed_for: &'static str,
    find: fn() -> Option<String>,
    remedy: Remedy,
}

/// What brings a tool that is missing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Remedy {
    /// A package of Debian.
    Apt(&'static str),
    /// A component of the Rust toolchain.
    Rustup(&'static str),
    /// Something of the system's that has to be allowed: no command does it for everybody.
    Allow { how: &'static str },
    /// Nothing has to: `instead` says what is done without it.
    Optional { instead: &'static str },
}

const TOOLS: &[Tool] = &[
    Tool {
        name: "rustfmt",
        needed_for: "the format check",
        find: || cargo_knows("fmt"),
        remedy: Remedy::Rustup("rustfmt"),
    },
    Tool { name: "clippy", needed_for: "lints", find: || cargo_knows("clippy"), remedy: Remedy::Rustup("clippy") },
    Tool {
        name: "nextest",
        needed_for: "running tests",
        find: || has_nextest().then(|| "cargo nextest".to_owned()),
        remedy: Remedy::Optional { instead: "`cargo test` runs the tests" },
    },
    Tool {
        name: WASM,
        needed_for: "the codec in browsers",
        find: wasm_folder,
        remedy: Remedy::Optional { instead: "it is built without std; `rustup target add` brings the target" },
    },
    Tool { name: "chromium", needed_for: "browser tests", find: find_chromium, remedy: Remedy::Apt("chromium") },
    Tool {
        name: "a font",
        needed_for: "text in screenshots",
        find: find_font,
        remedy: Remedy::Apt("fonts-liberation"),
    },
    Tool {
        name: "nginx",
        needed_for: "tests through a proxy",
        find: || on_path("nginx"),
        // Debian starts its service where there is an init system; the tests run one of their own, elsewhere.
        remedy: Remedy::Apt("nginx-light"),
    },
    Tool {
        name: "tsc",
        needed_for: "types for browsers",
        find: || on_path("tsc"),
        remedy: Remedy::Apt("node-typescript"),
    },
    Tool {
        name: "ip",
        needed_for: "tests with peers that vanish",
        find: || on_path("ip"),
        remedy: Remedy::Apt("iproute2"),
    },
    Tool {
        name: "unshare",
        needed_for: "tests with peers that vanish",
        find: || on_path("unshare"),
        remedy: Remedy::Apt("util-linux"),
    },
    Tool {
        name: "namespaces",
        needed_for: "tests with peers that vanish",
        find: find_namespaces,
        remedy: Remedy::Allow { how: NAMESPACES },
    },
    Tool {
        name: "npm and node 20",
        needed_for: "NestJS in the bench",
        find: node,
        remedy: Remedy::Optional { instead: "the bench is run without NestJS" },
    },
];

/// The target for which the codec is checked where the toolchain has it.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// What keeps `unshare -rn` from working, as far as it is known.
const NAMESPACES: &str = "\
`unshare -rn true` has to work, which makes a namespace of users and one of networks:

    in Docker       docker run --security-opt seccomp=unconfined (or a profile that allows `unshare`)
    on Ubuntu       sysctl -w kernel.apparmor_restrict_unprivileged_userns=0
    on old Debian   sysctl -w kernel.unprivileged_userns_clone=1
    elsewhere       sysctl user.max_user_namespaces has to be more than 0";

/// The names under which Chromium is packaged; `tests/e2e/src/browser.rs` looks for the same.
const CHROMIUM_NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Prints the table of tools, after installing what is missing. Returns whether the tests can run.
pub(crate) fn ensure() -> bool {
    let missing: Vec<&Tool> = TOOLS.iter().filter(|tool| (tool.find)().is_none()).collect();
    let plan = plan(missing.iter().map(|tool| tool.remedy));
    let able = plan.able(is_root() && on_path("apt-get").is_some(), on_path("rustup").is_some());
    for command in &able {
        println!("+ {}", command.join(" "));
        let status = Command::new(command[0])
            .args(&command[1..])
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdin(Stdio::null())
            .status();
        if !status.is_ok_and(|status| status.success()) {
            println!("that command failed");
            break;
        }
    }
    let rows: Vec<Row> = TOOLS
        .iter()
        .map(|tool| {
            let was_missing = missing.iter().any(|other| other.name == tool.name);
            Row { tool, state: State::of((tool.find)(), was_missing, tool.remedy) }
        })
        .collect();
    println!("{}", table(&rows));
    let still_missing = rows.iter().filter(|row| row.state == State::Missing).map(|row| row.tool.remedy);
    let lacking = self::plan(still_missing);
    for how in &lacking.to_allow {
        println!("The system does not allow what some tests need, and they are not skipped. {how}\n");
    }
    let commands = lacking.commands();
    if commands.is_empty() {
        return lacking.to_allow.is_empty();
    }
    let sudo = if is_root() { "" } else { "sudo " };
    println!("Some tools are missing, and the tests do not skip what needs them. Run this, then try again:\n");
    for command in commands {
        let sudo = if command[0] == "apt-get" { sudo } else { "" };
        println!("    {sudo}{}", command.join(" "));
    }
    println!("\n(Elsewhere than on Debian the packages have other names.)");
    false
}

/// What would bring everything that is missing.
#[derive(Debug, Default, PartialEq, Eq)]
struct Plan {
    packages: Vec<&'static str>,
    components: Vec<&'static str>,
    to_allow: Vec<&'static str>,
}

fn plan(remedies: impl IntoIterator<Item = Remedy>) -> Plan {
    let mut plan = Plan::default();
    for remedy in remedies {
        match remedy {
            Remedy::Apt(package) if !plan.packages.contains(&package) => plan.packages.push(package),
            Remedy::Rustup(component) => plan.components.push(component),
            Remedy::Allow { how } => plan.to_allow.push(how),
            Remedy::Apt(_) | Remedy::Optional { .. } => {}
        }
    }
    plan
}

impl Plan {
    fn commands(&self) -> Vec<Vec<&'static str>> {
        self.able(true, true)
    }

    /// The commands that can be run here. `apt-get update` is run once.
    fn able(&self, apt: bool, rustup: bool) -> Vec<Vec<&'static str>> {
        let mut commands = Vec::new();
        if rustup && !self.components.is_empty() {
            commands.push([&["rustup", "component", "add"], self.components.as_slice()].concat());
        }
        if apt && !self.packages.is_empty() {
            let install = ["apt-get", "install", "--yes", "--no-install-recommends"];
            commands.push(vec!["apt-get", "update", "--quiet"]);
            commands.push([install.as_slice(), self.packages.as_slice()].concat());
        }
        commands
    }
}

struct Row {
    tool: &'static Tool,
    state: State,
}

#[derive(PartialEq, Eq)]
enum State {
    Found(String),
    Installed(String),
    DoneWithout(&'static str),
    Missing,
}

impl State {
    fn of(found: Option<String>, was_missing: bool, remedy: Remedy) -> Self {
        match (found, remedy) {
            (Some(place), _) if was_missing => Self::Installed(place),
            (Some(place), _) => Self::Found(place),
            (None, Remedy::Optional { instead }) => Self::DoneWithout(instead),
            (None, Remedy::Apt(_) | Remedy::Rustup(_) | Remedy::Allow { .. }) => Self::Missing,
        }
    }
}

fn table(rows: &[Row]) -> String {
    let mut table = format!("{:<22} {:<30} state\n", "tool", "needed for");
    for Row { tool, state } in rows {
        let state = match state {
            State::Found(place) => format!("found: {place}"),
            State::Installed(place) => format!("installed: {place}"),
            State::DoneWithout(instead) => format!("not found; {instead}"),
            State::Missing => "MISSING".to_owned(),
        };
        let _ = writeln!(table, "{:<22} {:<30} {state}", tool.name, tool.needed_for);
    }
    table
}

fn cargo_knows(subcommand: &str) -> Option<String> {
    let output = Command::new(cargo()).args([subcommand, "--version"]).output().ok()?;
    let version = output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())?;
    Some(version)
}

/// Where the toolchain keeps the libraries of that target.
pub(crate) fn wasm_folder() -> Option<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).args(["--print", "target-libdir", "--target", WASM]).output().ok()?;
    let folder = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (output.status.success() && Path::new(&folder).is_dir()).then_some(folder)
}

/// Tries it: that `unshare` is there does not mean that it may.
fn find_namespaces() -> Option<String> {
    let output = Command::new("unshare").args(["-rn", "true"]).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| "`unshare -rn` works".to_owned())
}

/// The oldest node that NestJS runs on.
pub(crate) const NODE_MIN: u32 = 20;

/// Where node is, if it is new enough and has its npm.
pub(crate) fn node() -> Option<String> {
    let output = Command::new("node").arg("--version").output().ok()?;
    let version = String::from_utf8_lossy(&output.stdout).into_owned();
    let is_new_enough = major(&version).is_some_and(|major| major >= NODE_MIN);
    if is_new_enough && on_path("npm").is_some() { on_path("node") } else { None }
}

/// 20 of `v20.20.2`.
fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

fn find_chromium() -> Option<String> {
    CHROMIUM_NAMES.iter().find_map(|name| on_path(name))
}

fn find_font() -> Option<String> {
    fn search(folder: &Path) -> Option<PathBuf> {
        let mut folders = Vec::new();
        for entry in std::fs::read_dir(folder).ok()?.flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|extension| extension == "ttf" || extension == "otf") {
                return Some(path);
            }
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(path);
            }
        }
        folders.iter().find_map(|folder| search(folder))
    }
    search(Path::new("/usr/share/fonts")).map(|path| path.display().to_string())
}

/// `ip` is in `/usr/sbin`, which is not on everybody's path.
pub(crate) fn on_path(program: &str) -> Option<String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/sbin".into()]);
    folders.map(|folder| folder.join(program)).find(|path| path.is_file()).map(|path| path.display().to_string())
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

#[cfg(test)]
mod tests;
