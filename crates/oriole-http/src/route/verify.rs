//! The whole check of an application: core's graph, then HTTP's routes, in one report.

use super::check::{Address, Space, check};
use oriole_core::ModuleDescriptor;
use oriole_core::graph::{self, Located, Report};

/// Beyond this many routes the paths are checked at boot only.
const ROUTES_MAX: usize = 8192;
/// What most applications need; the larger arrays are touched by the others only.
const ROUTES_USUAL: usize = 512;
const CONTROLLERS_MAX: usize = 4096;
const TEXT_BYTES_MAX: usize = 32 * 1024;

/// Checks everything below `root`; in a constant a problem is an error of `cargo check` with the whole report as its text.
///
/// # Panics
///
/// If the application cannot be wired; that is what makes the compiler say so.
#[track_caller]
pub const fn verify(root: &'static ModuleDescriptor) {
    let mut bytes = [0; TEXT_BYTES_MAX];
    let mut report = Report::new(&mut bytes);
    let mut controllers: [Option<Located>; CONTROLLERS_MAX] = [None; CONTROLLERS_MAX];
    graph::check(root, &mut report, &mut controllers);
    let mut addresses: [Option<Address>; ROUTES_USUAL] = [None; ROUTES_USUAL];
    let mut slots = [0; ROUTES_USUAL * 2];
    if count(&controllers) <= ROUTES_USUAL {
        check(&controllers, &mut Space { addresses: &mut addresses, slots: &mut slots }, &mut report);
    } else {
        verify_large(&controllers, &mut report);
    }
    if report.problems() > 0 {
        let mut out = [0; TEXT_BYTES_MAX + 1024];
        panic!("{}", report.text(root.name, &mut out));
    }
}

const fn verify_large(controllers: &[Option<Located>], report: &mut Report<'_>) {
    let mut addresses: [Option<Address>; ROUTES_MAX] = [None; ROUTES_MAX];
    let mut slots = [0; ROUTES_MAX * 2];
    check(controllers, &mut Space { addresses: &mut addresses, slots: &mut slots }, report);
}

const fn count(controllers: &[Option<Located>]) -> usize {
    let mut count = 0;
    let mut i = 0;
    while i < controllers.len() {
        let Some(located) = controllers[i] else { break };
        count += located.controller.entries.len();
        i += 1;
    }
    count
}

/// The problems of the routes as the boot finds them, without a bound; `None` if there are none.
pub(crate) fn problems(root: &'static ModuleDescriptor, controllers: impl Iterator<Item = Located>) -> Option<String> {
    let controllers: Vec<_> = controllers.map(Some).collect();
    let count = count(&controllers);
    let mut bytes = vec![0; TEXT_BYTES_MAX];
    let mut report = Report::new(&mut bytes);
    let (mut addresses, mut slots) = (vec![None; count], vec![0; (count * 2).next_power_of_two().max(2)]);
    check(&controllers, &mut Space { addresses: &mut addresses, slots: &mut slots }, &mut report);
    if report.problems() == 0 {
        return None;
    }
    let mut out = vec![0; TEXT_BYTES_MAX + 1024];
    Some(report.text(root.name, &mut out).to_owned())
}
