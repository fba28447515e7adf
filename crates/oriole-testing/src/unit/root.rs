//! The module in which one class is tested, written as the macros would write it.

use oriole_core::{Key, Location, Module, ModuleDescriptor};

pub(super) struct UnitModule;

static UNIT: ModuleDescriptor = ModuleDescriptor::new(
    Key::of(concat!(module_path!(), "::UnitModule")),
    "the test",
    Location { file: file!(), line: line!(), column: column!() },
);

impl Module for UnitModule {
    const CHECKED: () = ();

    fn module() -> &'static ModuleDescriptor {
        &UNIT
    }
}
