//! The same application in hand-written axum.

use super::Shape;
use super::parts::{DATA, services};
use std::fmt::Write as _;

pub(super) fn module(shape: Shape, module: usize) -> String {
    let mut out = String::from(
        "use axum::extract::{Path, Query, State};\nuse axum::routing::{delete, get, post, put};\nuse axum::{Json, Router};\n\
         use std::sync::Arc;\n\n",
    );
    services(&mut out, shape, module, "pub struct", "pub ");
    out += DATA;
    let last = shape.providers - 1;
    let _ = writeln!(out, "#[derive(Clone)]\npub struct Cats {{\n    pub cats: Arc<Service{last}>,\n}}\n");
    let mut routes = String::new();
    for route in 0..shape.routes {
        let (path, verb, handler) = match route % 6 {
            0 => (
                format!("r{route}"),
                "get",
                format!("async fn r{route}() -> &'static str {{\n    \"changed 0\"\n}}\n\n"),
            ),
            1 => (
                format!("r{route}/{{id}}"),
                "get",
                format!(
                    "async fn r{route}(State(this): State<Cats>, Path(id): Path<u32>) -> Json<Cat> {{\n    Json(Cat {{ id, name: this.cats.depth().to_string() }})\n}}\n\n"
                ),
            ),
            2 => (
                format!("r{route}"),
                "get",
                format!(
                    "async fn r{route}(Query(page): Query<Page>) -> Json<Vec<Cat>> {{\n    Json((0..page.limit.unwrap_or(1)).map(|_| Cat {{ id: 1, name: String::new() }}).collect())\n}}\n\n"
                ),
            ),
            3 => (
                format!("r{route}"),
                "post",
                format!("async fn r{route}(Json(cat): Json<Cat>) -> Json<Cat> {{\n    Json(cat)\n}}\n\n"),
            ),
            4 => (
                format!("r{route}/{{id}}"),
                "put",
                format!(
                    "async fn r{route}(Path(id): Path<u32>, Json(cat): Json<Cat>) -> Json<Cat> {{\n    Json(Cat {{ id, ..cat }})\n}}\n\n"
                ),
            ),
            _ => (
                format!("r{route}/{{id}}"),
                "delete",
                format!("async fn r{route}(Path(id): Path<u32>) -> String {{\n    id.to_string()\n}}\n\n"),
            ),
        };
        out += &handler;
        let _ = writeln!(routes, "        .route(\"/m{module}/{path}\", {verb}(r{route}))");
    }
    let _ = writeln!(
        out,
        "pub fn router(state: Cats) -> Router {{\n    Router::new()\n{routes}        .with_state(state)\n}}"
    );
    out
}

pub(super) fn main(shape: Shape) -> String {
    let mut out = String::from(
        "use std::sync::Arc;\n\n#[tokio::main]\nasync fn main() -> std::io::Result<()> {\n    let start = std::time::Instant::now();\n    \
         let mut app = axum::Router::new();\n",
    );
    for module in 0..shape.modules {
        for provider in 0..shape.providers {
            let before =
                if provider > 0 { format!("before: m{module}s{}.clone(), ", provider - 1) } else { String::new() };
            let below = if module > 0 {
                format!("below: m{}s{provider}.clone(), ", shape.below(module))
            } else {
                String::new()
            };
            let _ = writeln!(
                out,
                "    let m{module}s{provider} = Arc::new(m{module}::Service{provider} {{ {before}{below}}});"
            );
        }
        let last = shape.providers - 1;
        let _ = writeln!(
            out,
            "    app = app.merge(m{module}::router(m{module}::Cats {{ cats: m{module}s{last}.clone() }}));"
        );
    }
    out += "    if std::env::args().any(|word| word == \"--boot\") {\n        println!(\"{}\", start.elapsed().as_nanos());\n        \
            return Ok(());\n    }\n    let listener = tokio::net::TcpListener::bind(\"127.0.0.1:0\").await?;\n    \
            axum::serve(listener, app).await\n}\n";
    out
}
