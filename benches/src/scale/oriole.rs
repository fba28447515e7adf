//! The application as Oriole modules.

use super::Shape;
use super::parts::{DATA, services};
use std::fmt::Write as _;

pub(super) fn module(shape: Shape, module: usize) -> String {
    let mut out = String::from("use oriole::prelude::*;\nuse std::sync::Arc;\n\n");
    services(&mut out, shape, module, "#[injectable]\npub struct", "");
    if shape.routes > 0 {
        out += DATA;
        let last = shape.providers - 1;
        let _ = writeln!(out, "#[injectable]\npub struct CatsController {{\n    cats: Arc<Service{last}>,\n}}\n");
        let _ = writeln!(out, "#[controller(\"m{module}\")]\nimpl CatsController {{");
        for route in 0..shape.routes {
            out += &match route % 6 {
                0 => format!(
                    "    #[get(\"r{route}\")]\n    async fn r{route}(&self) -> &'static str {{\n        \"changed 0\"\n    }}\n"
                ),
                1 => format!(
                    "    #[get(\"r{route}/{{id}}\")]\n    async fn r{route}(&self, Path(id): Path<u32>) -> Json<Cat> {{\n        Json(Cat {{ id, name: self.cats.depth().to_string() }})\n    }}\n"
                ),
                2 => format!(
                    "    #[get(\"r{route}\")]\n    async fn r{route}(&self, Query(page): Query<Page>) -> Json<Vec<Cat>> {{\n        Json((0..page.limit.unwrap_or(1)).map(|_| Cat {{ id: 1, name: String::new() }}).collect())\n    }}\n"
                ),
                3 => format!(
                    "    #[post(\"r{route}\")]\n    async fn r{route}(&self, Json(cat): Json<Cat>) -> Json<Cat> {{\n        Json(cat)\n    }}\n"
                ),
                4 => format!(
                    "    #[put(\"r{route}/{{id}}\")]\n    async fn r{route}(&self, Path(id): Path<u32>, Json(cat): Json<Cat>) -> Json<Cat> {{\n        Json(Cat {{ id, ..cat }})\n    }}\n"
                ),
                _ => format!(
                    "    #[delete(\"r{route}/{{id}}\")]\n    async fn r{route}(&self, Path(id): Path<u32>) -> String {{\n        id.to_string()\n    }}\n"
                ),
            };
        }
        out += "}\n\n";
    }
    let providers: Vec<_> = (0..shape.providers).map(|provider| format!("Service{provider}")).collect();
    let imports: Vec<_> = match module {
        0 => vec![],
        _ if shape.dense => (0..module).map(|other| format!("crate::m{other}::Module{other}")).collect(),
        _ => vec![format!("crate::m{0}::Module{0}", module - 1)],
    };
    let controllers = if shape.routes > 0 { "CatsController" } else { "" };
    let (imports, providers) = (imports.join(", "), providers.join(", "));
    let _ = writeln!(
        out,
        "#[module(imports = [{imports}], controllers = [{controllers}], providers = [{providers}], exports = [{providers}])]\n\
         pub struct Module{module};"
    );
    out
}

pub(super) fn main(shape: Shape, checked: bool) -> String {
    let last = shape.modules - 1;
    let root = format!("m{last}::Module{last}");
    let boot = "let start = std::time::Instant::now();\n    let app = oriole::prelude::Oriole::create::<ROOT>().await?;\n    \
                if std::env::args().any(|word| word == \"--boot\") {\n        println!(\"{}\", start.elapsed().as_nanos());\n        \
                return Ok(());\n    }\n    app.listen(\"127.0.0.1:0\").await\n"
        .replace("ROOT", &root);
    if checked {
        format!("\n#[oriole::main]\nasync fn main() -> oriole::Result<()> {{\n    {boot}}}\n")
    } else {
        // A function with a type parameter: `cargo check` does not evaluate the constant behind `create`.
        let boot = boot.replace(&root, "M");
        format!(
            "\nasync fn run<M: oriole::__private::Module>() -> oriole::Result<()> {{\n    {boot}}}\n\n\
             #[tokio::main]\nasync fn main() -> oriole::Result<()> {{\n    run::<{root}>().await\n}}\n"
        )
    }
}
