//! What is generated.

use std::io;

use super::element::pascal;
use super::format::formatted;
use super::{Kind, Order};

/// A new file of Rust.
#[derive(Debug)]
pub(super) struct Unit {
    /// Its name without `.rs`, which is also that of the Rust module.
    pub(super) file: String,
    pub(super) text: String,
    pub(super) is_test: bool,
}

/// Names that the files of a resource use themselves.
const TAKEN: [&str; 10] =
    ["String", "Option", "Result", "Vec", "Path", "Json", "Arc", "Mutex", "BTreeMap", "HttpException"];

macro_rules! template {
    ($file:literal) => {
        include_str!(concat!("../../template/generate/", $file))
    };
}

/// The new files; the first is what a module lists.
pub(super) fn units(order: &Order) -> io::Result<Vec<Unit>> {
    let Order { kind, element, is_flat, has_tests, .. } = order;
    let one = pascal(&element.one());
    let fill = |template: &str| {
        template
            .replace("__Name__", &element.pascal())
            .replace("__name__", element.snake())
            .replace("__NAME__", &element.snake().to_ascii_uppercase())
            .replace("__path__", &element.kebab())
            .replace("__words__", &element.snake().replace('_', " "))
            .replace("__One__", &one)
            .replace("__one__", &element.one().replace('_', " "))
    };
    let unit = |file: &str, template: &str| {
        let file = if *is_flat { format!("{}_{file}", element.snake()) } else { file.to_owned() };
        Unit { is_test: file == "tests", file, text: formatted(fill(template)) }
    };
    let template = match kind {
        Kind::Resource => {
            if TAKEN.contains(&&*one) {
                return Err(io::Error::other(format!("{one:?} means something in a resource: choose another name")));
            }
            let mut units = vec![
                unit("module", template!("resource/module.rs")),
                unit("controller", template!("resource/controller.rs")),
                unit("dto", template!("resource/dto.rs")),
                unit("entity", template!("resource/entity.rs")),
                unit("service", template!("resource/service.rs")),
            ];
            units.extend(has_tests.then(|| unit("tests", template!("resource/tests.rs"))));
            return Ok(units);
        }
        Kind::Module => template!("module.rs"),
        Kind::Controller => template!("controller.rs"),
        Kind::Service => template!("service.rs"),
        Kind::Guard => template!("guard.rs"),
        Kind::Interceptor => template!("interceptor.rs"),
        Kind::Pipe => template!("pipe.rs"),
        Kind::Filter => template!("filter.rs"),
        Kind::Middleware => template!("middleware.rs"),
    };
    Ok(vec![unit(kind.word(), template)])
}
