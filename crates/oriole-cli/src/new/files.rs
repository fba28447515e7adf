//! What a project consists of.

use super::Order;

/// A path below the project's folder, and what is there.
pub(super) type File = (&'static str, String);

/// The oldest toolchain that the framework supports.
const RUST_VERSION: &str = env!("CARGO_PKG_RUST_VERSION");

macro_rules! template {
    ($file:literal) => {
        include_str!(concat!("../../template/", $file))
    };
}

/// Fills the templates.
pub(super) fn files(order: &Order, oriole: &str) -> Vec<File> {
    let name = order.name.as_str();
    let lints = if order.is_strict { template!("lints.toml") } else { "" };
    let manifest = template!("manifest.toml")
        .replace("{name}", name)
        .replace("{rust-version}", RUST_VERSION)
        .replace("{oriole}", oriole)
        .replace("{lints}", lints);
    vec![
        ("Cargo.toml", format!("{}\n", manifest.trim_end())),
        (".gitignore", template!("gitignore").into()),
        (".cargo/config.toml", template!("aliases.toml").into()),
        ("README.md", template!("README.md").replace("{name}", name)),
        ("src/main.rs", template!("src/main.rs").into()),
        ("src/app/mod.rs", template!("src/app/mod.rs").into()),
        ("src/app/module.rs", template!("src/app/module.rs").into()),
        ("src/app/controller.rs", template!("src/app/controller.rs").into()),
        ("src/app/service.rs", template!("src/app/service.rs").into()),
        ("src/app/tests.rs", template!("src/app/tests.rs").into()),
    ]
}
