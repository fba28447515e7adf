//! `oriole generate`, in a project of a newcomer's.

use crate::project::{Project, ask};

fn generated(project: &Project, line: &str) -> String {
    let output = project.oriole(&format!("generate {line}"));
    assert!(output.status.success(), "{line}: {output:?}");
    String::from_utf8(output.stdout).expect("text")
}

/// Parity: CTL.23, MOD.15.
#[test]
fn what_is_generated_is_tidy_and_its_tests_pass_and_it_serves() {
    let project = Project::new("grown", &["--strict"]);
    // A module, and what is in it.
    let said = generated(&project, "module dogs");
    assert!(said.contains("created src/dogs/module.rs") && said.contains("changed src/app/module.rs"), "{said}");
    for line in ["co dogs", "s dogs", "gu dogs", "itc dogs", "pi dogs", "f dogs", "mi dogs"] {
        generated(&project, line);
    }
    assert!(
        project.read("src/app/module.rs").contains("#[module(imports = [DogsModule], controllers = [AppController]")
    );
    assert!(project.read("src/main.rs").contains("mod app;\nmod dogs;\n"));
    let module = project.read("src/dogs/module.rs");
    assert!(module.contains("#[module(controllers = [DogsController], providers = [DogsService])]"), "{module}");
    // Whole resources, one of them below a folder that has no module.
    generated(&project, "resource cats");
    generated(&project, "res zoo/cat-owners");
    generated(&project, "s clock --flat");
    assert!(project.read("src/app/module.rs").contains("imports = [DogsModule, CatsModule, CatOwnersModule]"));
    assert!(project.read("src/app/module.rs").contains("providers = [AppService, ClockService]"));

    // Now a user writes something.
    let controller = project.read("src/dogs/controller.rs");
    let around = "#[use_guards(DogsGuard)]\n#[use_interceptors(DogsInterceptor)]\n#[use_pipes(DogsPipe)]\n#[use_filters(DogsFilter)]\n";
    let handler = "impl DogsController {\n    #[get(\"{name}\")]\n    pub fn find(&self, Path(name): Path<String>) -> String {\n        format!(\"{name} barks\")\n    }\n}";
    let uses = "use super::filter::DogsFilter;\nuse super::guard::DogsGuard;\nuse super::interceptor::DogsInterceptor;\nuse super::pipe::DogsPipe;\n";
    let controller = controller.replace("impl DogsController {}", &format!("{around}{handler}"));
    project.write("src/dogs/controller.rs", &controller.replace("prelude::*;\n", &format!("prelude::*;\n\n{uses}")));
    let configure = "\n\nimpl ConfigureMiddleware for DogsModule {\n    async fn configure(&self, consumer: &mut MiddlewareConsumer) -> Result<(), BoxError> {\n        consumer.apply(DogsMiddleware).for_routes(\"dogs\");\n        Ok(())\n    }\n}\n";
    let module = project
        .read("src/dogs/module.rs")
        .replace("prelude::*;\n", "prelude::*;\nuse oriole::{ConfigureMiddleware, MiddlewareConsumer};\n");
    let module = module.replace("use super::service", "use super::middleware::DogsMiddleware;\nuse super::service");
    project.write("src/dogs/module.rs", &format!("{}{configure}", module.trim_end()));

    for words in [&["fmt", "--check"][..], &["clippy", "--all-targets", "--", "-D", "warnings"]] {
        let output = project.cargo(words);
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{words:?}: {said}");
    }
    let tested = project.cargo(&["test"]);
    let said = String::from_utf8_lossy(&tested.stdout);
    for test in
        ["cats_are_created_read_updated_and_removed ... ok", "cat_owners_are_created_read_updated_and_removed ... ok"]
    {
        assert!(tested.status.success() && said.contains(test), "{said}");
    }

    let mut program = project.start(&["start"], Some("0"));
    let port = program.port();
    for (method, path, body, status, end) in [
        ("GET", "/", "", 200, "Hello World!"),
        ("GET", "/dogs/Rex", "", 200, "Rex barks"),
        ("GET", "/cats", "", 200, "[]"),
        ("POST", "/cats", "{\"name\":\"Tom\"}", 201, "{\"id\":1,\"name\":\"Tom\"}"),
        ("PATCH", "/cats/1", "{}", 200, "{\"id\":1,\"name\":\"Tom\"}"),
        ("PATCH", "/cats/1", "{\"name\":\"Kit\"}", 200, "{\"id\":1,\"name\":\"Kit\"}"),
        ("GET", "/cats/1", "", 200, "{\"id\":1,\"name\":\"Kit\"}"),
        ("GET", "/cats", "", 200, "[{\"id\":1,\"name\":\"Kit\"}]"),
        ("DELETE", "/cats/1", "", 200, "{\"id\":1,\"name\":\"Kit\"}"),
        ("DELETE", "/cats/1", "", 404, "{\"message\":\"no such cat\",\"error\":\"Not Found\",\"statusCode\":404}"),
        (
            "GET",
            "/cat-owners/7",
            "",
            404,
            "{\"message\":\"no such cat owner\",\"error\":\"Not Found\",\"statusCode\":404}",
        ),
    ] {
        let answer = ask(&port, method, path, body);
        let is_it = answer.starts_with(&format!("HTTP/1.1 {status} ")) && answer.ends_with(&format!("\r\n\r\n{end}"));
        assert!(is_it, "{method} {path}: {answer}");
    }
}

#[test]
fn nothing_is_overwritten_and_what_cannot_be_edited_is_left_to_the_user() {
    let project = Project::new("careful", &[]);
    let files = ["src/main.rs", "src/app/module.rs", "Cargo.toml"];
    let before = files.map(|file| project.read(file));

    let dry = generated(&project, "resource cats --dry-run");
    assert!(dry.contains("created src/cats/service.rs (") && dry.contains("changed Cargo.toml ("), "{dry}");
    assert!(dry.ends_with("nothing was written, because of --dry-run\n") && !project.folder.join("src/cats").exists());
    assert_eq!(files.map(|file| project.read(file)), before);

    generated(&project, "resource cats --no-spec");
    assert!(!project.folder.join("src/cats/tests.rs").exists());
    assert!(project.read("Cargo.toml").contains("\nserde = { version"));
    project.write("src/cats/service.rs", "// mine");
    let again = project.oriole("g service cats");
    let said = String::from_utf8_lossy(&again.stderr);
    assert_eq!(again.status.code(), Some(1), "{again:?}");
    assert_eq!(said, "oriole: src/cats/service.rs is there already; nothing was written\n");
    assert_eq!(project.read("src/cats/service.rs"), "// mine");

    // A flat module is beside the others, and in the root module like them.
    generated(&project, "module birds --flat");
    generated(&project, "module fish --flat");
    assert!(project.read("src/app/module.rs").contains("imports = [CatsModule, BirdsModule, FishModule]"));
    // What is below a folder goes to that folder's module.
    generated(&project, "controller cats/owners");
    let module = project.read("src/cats/module.rs");
    assert!(module.contains("controllers = [CatsController, OwnersController]"), "{module}");
    assert!(module.contains("use super::owners::OwnersController;"), "{module}");
    assert!(project.read("src/cats/owners/mod.rs").contains("pub use controller::OwnersController;"));

    // Comments and the way of writing stay, and the line ends of Windows.
    let own = "use oriole::prelude::*;\r\n\r\n#[module( // mine\r\n    providers=[ A ], // all\r\n)]\r\nstruct AppModule;\r\n";
    project.write("src/app/module.rs", own);
    generated(&project, "service dogs");
    assert_eq!(
        project.read("src/app/module.rs"),
        "use oriole::prelude::*;\r\n\r\nuse crate::dogs::DogsService;\r\n\r\n#[module( // mine\r\n    providers=[ A, DogsService ], // all\r\n)]\r\nstruct AppModule;\r\n"
    );

    // Two modules in one file, and lists that are no lists.
    for own in ["#[module] struct A;\n#[module] struct B;\n", "#[module(providers = ALL)] struct A;\n"] {
        project.write("src/app/module.rs", own);
        let output = project.oriole("g guard birds");
        assert!(output.status.success(), "a guard is in no list: {output:?}");
        let output = project.oriole("g service birds");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert!(said.starts_with("oriole: this is left to you:\n    src/app/module.rs: add `use crate::birds::BirdsService;`, and `BirdsService` to the `providers` of the module"), "{said}");
        assert_eq!(project.read("src/app/module.rs"), own);
        assert!(project.read("src/birds/mod.rs").contains("mod service;"));
        std::fs::remove_dir_all(project.folder.join("src/birds")).expect("a folder");
    }

    for (line, code, said) in [
        ("g controller ../up", 2, "\"../up\" is no name"),
        ("g res strings", 1, "\"String\" means something in a resource"),
    ] {
        let output = project.oriole(line);
        assert_eq!(output.status.code(), Some(code), "{line}: {output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(said), "{line}: {output:?}");
    }
}
