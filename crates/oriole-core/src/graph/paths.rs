//! `ORI013`: which module's routes stand below which path.

use super::report::Report;
use super::storage::Graph;
use crate::descriptor::{ControllerDescriptor, ModulePath};

/// A controller, and the path that its module was given; empty for none.
#[derive(Clone, Copy, Debug)]
pub struct Located {
    /// What its macro said.
    pub controller: &'static ControllerDescriptor,
    /// What stands before its own prefix.
    pub path: &'static str,
}

/// Gives every module its path. One for a module that nobody imports, and a second one for a module, are problems.
pub(super) const fn place_modules(graph: &mut Graph<'_>, report: &mut Report<'_>) {
    let mut module = 0;
    while module < graph.used.modules as u32 {
        let paths = graph.module(module).paths;
        let mut i = 0;
        while i < paths.len() {
            match graph.module_table.find(paths[i].key.value()) {
                None => nowhere(report, &paths[i]),
                Some(placed) => match graph.module_path[placed as usize] {
                    None => graph.module_path[placed as usize] = Some(&paths[i]),
                    Some(first) => twice(report, first, &paths[i]),
                },
            }
            i += 1;
        }
        module += 1;
    }
}

/// The path of a module.
pub(super) const fn path_of(graph: &Graph<'_>, module: u32) -> &'static str {
    match graph.module_path[module as usize] {
        Some(path) => path.path,
        None => "",
    }
}

const fn nowhere(report: &mut Report<'_>, path: &ModulePath) {
    report.begin("ORI013");
    report.name(path.name);
    report.say(" is given the path ");
    report.name(path.path);
    report.say(", but no module of the application imports it.");
    report.at(path.at);
    report.help();
    report.say("add it to the `imports` of a module: a path alone brings nothing into the application.");
    report.end();
}

const fn twice(report: &mut Report<'_>, first: &ModulePath, second: &ModulePath) {
    report.begin("ORI013");
    report.name(second.name);
    report.say(" is given two paths, ");
    report.name(first.path);
    report.say(" and ");
    report.name(second.path);
    report.say(".");
    report.at(first.at);
    report.at(second.at);
    report.help();
    report.say("leave one of them out: a module has one path.");
    report.end();
}
