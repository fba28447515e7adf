//! Two versions of one library in one application: their modules and providers are not taken for each other.

use docs_tests::{Reader, repository};

const LIBRARY: &str = r#"use oriole::prelude::*;

#[injectable]
pub struct Db;

#[token]
pub const VERSION: Token<String> = Token::new();

#[module(providers = [Db, VERSION = env!("CARGO_PKG_VERSION").to_owned()], exports = [Db, VERSION])]
pub struct DbModule;
"#;

const PROGRAM: &str = r#"use oriole::prelude::*;
use std::sync::Arc;

#[injectable]
pub struct Both {
    old: Arc<old::Db>,
    new: Arc<new::Db>,
    #[inject(old::VERSION)]
    old_version: Arc<String>,
    #[inject(new::VERSION)]
    new_version: Arc<String>,
}

#[module(imports = [old::DbModule, new::DbModule], providers = [Both])]
pub struct AppModule;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let app = Oriole::create::<AppModule>().await?;
    let both = app.get::<Both>().expect("it is provided");
    assert!(Arc::ptr_eq(&both.old, &app.get::<old::Db>().expect("it is provided")));
    assert!(Arc::ptr_eq(&both.new, &app.get::<new::Db>().expect("it is provided")));
    assert_eq!((both.old_version.as_str(), both.new_version.as_str()), ("1.0.0", "2.0.0"));
    Ok(())
}
"#;

#[test]
fn two_versions_of_a_library_stay_apart() {
    let dependencies = r#"old = { package = "library", path = "old" }
new = { package = "library", path = "new" }"#;
    let reader = Reader::new("two-versions", dependencies).unwrap();
    let oriole = repository().canonicalize().unwrap().join("crates/oriole");
    for (folder, version) in [("old", "1.0.0"), ("new", "2.0.0")] {
        let manifest = format!(
            "[package]\nname = \"library\"\nversion = \"{version}\"\nedition = \"2024\"\n\n[dependencies]\n\
             oriole = {{ path = \"{}\" }}\n",
            oriole.display()
        );
        reader.write(&format!("{folder}/Cargo.toml"), &manifest).unwrap();
        reader.write(&format!("{folder}/src/lib.rs"), LIBRARY).unwrap();
    }
    reader.write("src/main.rs", PROGRAM).unwrap();
    let output = reader.cargo(&["run", "--quiet"]).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
