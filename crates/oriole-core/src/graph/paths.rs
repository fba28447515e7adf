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
///
/// A module that is imported by calls is one for each; the path is that of all of them.
pub(super) const fn place_modules(graph: &mut Graph<'_, '_>, report: &mut Report<'_>) {
    let mut module = 0;
    while module < graph.used.modules as u32 {
        let paths = graph.module(module).paths;
        let mut i = 0;
        while i < paths.len() {
            place(graph, report, &paths[i]);
            i += 1;
        }
        module += 1;
    }
}

const fn place(graph: &mut Graph<'_, '_>, report: &mut Report<'_>, path: &'static ModulePath) {
    let (mut module, mut is_there) = (0, false);
    while module < graph.used.modules {
        if graph.node(module as u32).key.value() == path.key.value() {
            match graph.module_path[module] {
                None => graph.module_path[module] = Some(path),
                Some(first) if !is_there => twice(report, first, path),
                Some(_) => {}
            }
            is_there = true;
        }
        module += 1;
    }
    if !is_there {
        nowhere(report, path);
    }
}

/// The path of a module.
pub(super) const fn path_of(graph: &Graph<'_, '_>, module: u32) -> &'static str {
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
