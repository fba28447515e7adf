//! What both flavours have word for word.

use super::Shape;
use std::fmt::Write as _;

/// The types of bodies and queries.
pub(super) const DATA: &str = "#[derive(serde::Serialize, serde::Deserialize)]\npub struct Cat {\n    id: u32,\n    name: String,\n}\n\n\
    #[derive(serde::Deserialize)]\npub struct Page {\n    limit: Option<usize>,\n}\n\n";

/// The services of one module. `head` opens each struct, `visibility` each field.
pub(super) fn services(out: &mut String, shape: Shape, module: usize, head: &str, visibility: &str) {
    for provider in 0..shape.providers {
        let _ = writeln!(out, "{head} Service{provider} {{");
        if provider > 0 {
            let _ = writeln!(out, "    {visibility}before: Arc<Service{}>,", provider - 1);
        }
        if module > 0 {
            let _ = writeln!(out, "    {visibility}below: Arc<crate::m{}::Service{provider}>,", shape.below(module));
        }
        *out += "}\n\n";
        let _ = writeln!(out, "impl Service{provider} {{\n    pub fn depth(&self) -> usize {{");
        let (before, below) = (
            if provider > 0 { "self.before.depth()" } else { "0" },
            if module > 0 { "self.below.depth()" } else { "0" },
        );
        let _ = writeln!(out, "        1 + {before} + {below}\n    }}\n}}\n");
    }
}
