use super::{Remedy, Row, State, TOOLS, major, plan, table};

const NOTHING_TO_DO: Remedy = Remedy::Optional { instead: "something else is done" };

#[test]
fn nothing_missing_needs_no_command() {
    assert!(plan([]).commands().is_empty());
    assert!(plan([NOTHING_TO_DO]).commands().is_empty());
}

#[test]
fn the_package_lists_are_read_once_and_each_package_is_named_once() {
    let plan = plan([Remedy::Apt("chromium"), Remedy::Apt("iproute2"), Remedy::Apt("chromium")]);
    let lines: Vec<_> = plan.commands().iter().map(|command| command.join(" ")).collect();
    assert_eq!(lines, ["apt-get update --quiet", "apt-get install --yes --no-install-recommends chromium iproute2"]);
}

#[test]
fn without_rights_nothing_is_tried() {
    let plan = plan([Remedy::Apt("chromium"), Remedy::Rustup("clippy")]);
    assert!(plan.able(false, false).is_empty());
    assert_eq!(plan.able(false, true), [["rustup", "component", "add", "clippy"]]);
}

#[test]
fn what_no_command_mends_is_told() {
    let plan = plan([Remedy::Allow { how: "allow it" }, Remedy::Apt("chromium")]);
    assert_eq!((&plan.to_allow[..], plan.commands().len()), (&["allow it"][..], 2));
    assert!(State::of(None, false, Remedy::Allow { how: "allow it" }) == State::Missing);
}

#[test]
fn a_version_begins_with_its_largest_part() {
    assert_eq!((major("v20.20.2\n"), major("v9.0.0"), major("20")), (Some(20), Some(9), None));
}

#[test]
fn the_table_says_what_became_of_each_tool() {
    let place = || Some("/usr/bin/x".to_owned());
    let states = [
        (State::of(place(), false, Remedy::Apt("x")), "found: /usr/bin/x"),
        (State::of(place(), true, Remedy::Apt("x")), "installed: /usr/bin/x"),
        (State::of(None, true, NOTHING_TO_DO), "not found; something else is done"),
        (State::of(None, true, Remedy::Apt("x")), "MISSING"),
    ];
    for (state, text) in states {
        let table = table(&[Row { tool: &TOOLS[0], state }]);
        assert!(table.lines().nth(1).is_some_and(|line| line.ends_with(text)), "{table}");
    }
}
