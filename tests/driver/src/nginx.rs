//! Real proxies before what is under test.

use crate::{Program, Server, free_port};
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// One nginx behind the other, in one process; it ends when it is dropped.
#[derive(Debug)]
pub struct Nginx {
    ports: Vec<u16>,
    _server: Server,
    _folder: TempDir,
}

impl Nginx {
    /// Starts one for each location, with what stands in it. Each leads to the next, and the last to `upstream`, which is what
    /// `proxy_pass` takes.
    ///
    /// # Panics
    ///
    /// When there is no location, no nginx on the machine, or it does not understand what it is told.
    #[must_use]
    #[track_caller]
    pub fn before(upstream: &str, locations: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let ports: Vec<u16> = locations.iter().map(|_| free_port()).collect();
        let path = folder.path().display();
        // Everything that it writes is in its own folder: the system's nginx, if there is one, is not touched.
        let mut config = format!(
            "daemon off;\nmaster_process off;\npid {path}/pid;\nerror_log stderr;\n\
             events {{ worker_connections 512; }}\nhttp {{\naccess_log off;\n"
        );
        for name in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
            let _ = writeln!(config, "{name}_temp_path {path}/{name};");
        }
        for (at, location) in locations.iter().enumerate() {
            let to = ports.get(at + 1).map_or(upstream.to_owned(), |port| format!("http://127.0.0.1:{port}"));
            let listen = format!("listen 127.0.0.1:{}", ports[at]);
            let _ = writeln!(config, "server {{ {listen}; location / {{ proxy_pass {to}; {location} }} }}");
        }
        config.push_str("}\n");
        let file = folder.path().join("nginx.conf");
        fs::write(&file, config).expect("a file");
        let nginx = Program::new(nginx()).arg("-e").arg("stderr").arg("-p").arg(folder.path()).arg("-c").arg(file);
        let server = nginx.port(*ports.first().expect("a location")).start();
        Self { ports, _server: server, _folder: folder }
    }

    /// The port of one of them; clients come to the first, which is 0.
    ///
    /// # Panics
    ///
    /// When there are not so many.
    #[must_use]
    #[track_caller]
    pub fn port(&self, index: usize) -> u16 {
        self.ports[index]
    }

    /// The address of a path of one of them.
    ///
    /// # Panics
    ///
    /// When there are not so many.
    #[must_use]
    #[track_caller]
    pub fn url(&self, index: usize, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port(index))
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
