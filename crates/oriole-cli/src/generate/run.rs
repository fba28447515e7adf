//! Generating one thing.

use std::io;
use std::path::Path;

use super::files::{Unit, units};
use super::manifest::depending_on;
use super::plan::Plan;
use super::project::{Owner, Project, folder};
use super::source::{add_entry, add_mod, add_reexport, add_use};
use super::{Element, Kind};
use crate::say;

/// What is wanted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) kind: Kind,
    pub(crate) element: Element,
    /// Beside the other files of its folder, and not in a folder of its own.
    pub(crate) is_flat: bool,
    pub(crate) has_tests: bool,
    pub(crate) is_dry: bool,
}

/// Generates into the project of the current folder. Nothing that is there is overwritten.
pub(crate) fn run(order: &Order) -> io::Result<()> {
    let mut place = order.element.folders().to_vec();
    if !order.is_flat {
        place.push(order.element.snake().to_owned());
    }
    let project = Project::here(&place)?;
    let owner = project.owner(&place)?;
    let mut plan = Plan::default();
    let units = units(order)?;
    for unit in &units {
        plan.create(folder(&place).join(format!("{}.rs", unit.file)), unit.text.clone())?;
    }
    tables(&mut plan, &project, order, &place)?;
    for unit in &units {
        declare(&mut plan, &project, order, &place, unit)?;
    }
    if order.kind == Kind::Resource {
        depend_on_serde(&mut plan)?;
    }
    let name = format!("{}{}", order.element.pascal(), order.kind.suffix());
    place.extend(units.into_iter().next().map(|unit| unit.file));
    match (order.kind.list(), owner) {
        (Some(list), Some(owner)) => register(&mut plan, &project, &owner, &place, list, &name)?,
        (Some(list), None) => plan.leave(format!("no module was found: add `{name}` to the `{list}` of one")),
        (None, _) => {}
    }
    plan.carry_out(order.is_dry)?;
    match order.kind.use_of(&name) {
        Some(how) => {
            let path = place.join("::");
            say::print(&format!("\n    use crate::{path}::{name};\n    {how}"))
        }
        None => Ok(()),
    }
}

/// The folders' own files, each in the one above it.
fn tables(plan: &mut Plan, project: &Project, order: &Order, place: &[String]) -> io::Result<()> {
    for depth in 1..=place.len() {
        let file = project.folder_file(plan, &place[..depth]);
        if !plan.has(&file) {
            let what = if depth == place.len() && order.kind == Kind::Resource {
                format!(
                    "//! The {}: what clients ask and send, and who knows.\n",
                    order.element.kebab().replace('-', " ")
                )
            } else {
                format!("//! What is about {}.\n", place[depth - 1].replace('_', " "))
            };
            plan.create(file, what)?;
        }
        let above = project.folder_file(plan, &place[..depth - 1]);
        let name = &place[depth - 1];
        plan.edit(&above, |source| add_mod(source, name, ""), &format!("add `mod {name};`"))?;
    }
    Ok(())
}

/// The unit's `mod`. What stands around handlers is used wherever it is wanted; the rest is of its module alone.
fn declare(plan: &mut Plan, project: &Project, order: &Order, place: &[String], unit: &Unit) -> io::Result<()> {
    let (file, name) = (project.folder_file(plan, place), &unit.file);
    let prefix = match order.kind.list() {
        _ if unit.is_test => "#[cfg(test)]\n",
        None => "pub ",
        Some(_) => "",
    };
    plan.edit(&file, |source| add_mod(source, name, prefix), &format!("add `{prefix}mod {name};`"))
}

/// The entry in the owner's list, with its import.
fn register(
    plan: &mut Plan,
    project: &Project,
    owner: &Owner,
    place: &[String],
    list: &str,
    name: &str,
) -> io::Result<()> {
    let common = owner.place.iter().zip(&place[..place.len() - 1]).take_while(|(a, b)| a == b).count();
    reexport(plan, project, place, common + 1, name)?;
    let above = if common > 0 && common + 1 == owner.place.len() {
        "super".to_owned()
    } else {
        ["crate"].into_iter().chain(place[..common].iter().map(String::as_str)).collect::<Vec<_>>().join("::")
    };
    let import = format!("{above}::{}::{name}", place[common]);
    let by_hand = format!("add `use {import};`, and `{name}` to the `{list}` of the module");
    let [module] = &owner.modules[..] else {
        plan.leave(format!("{}: {by_hand} that it belongs to; there are several", owner.file.display()));
        return Ok(());
    };
    let edit = |source: &str| {
        let listed = add_entry(source, &module.name, list, name).filter(|_| module.is_plain)?;
        add_use(&listed, &import)
    };
    plan.edit(&owner.file, edit, &format!("{by_hand} `{}`", module.name))
}

/// Makes a name visible in the folders above it, from the deepest to the one at this depth.
fn reexport(plan: &mut Plan, project: &Project, place: &[String], depth: usize, name: &str) -> io::Result<()> {
    for depth in (depth..place.len()).rev() {
        let file = project.folder_file(plan, &place[..depth]);
        let path = format!("{}::{name}", place[depth]);
        plan.edit(&file, |source| add_reexport(source, &path), &format!("add `pub use {path};`"))?;
    }
    Ok(())
}

fn depend_on_serde(plan: &mut Plan) -> io::Result<()> {
    const LINE: &str = "serde = { version = \"1\", features = [\"derive\"] }";
    plan.edit(Path::new("Cargo.toml"), |manifest| depending_on(manifest, "serde", LINE), &format!("add `{LINE}`"))
}
