use std::fs::{create_dir_all, read_dir, read_to_string, write};

use super::{Bench, Part, keep_pictures};

fn parsed(line: &str) -> Result<Bench, String> {
    Bench::parse(line.split_whitespace().map(str::to_owned))
}

fn parts(line: &str) -> Vec<&'static str> {
    let bench = parsed(line).expect("it is understood");
    Part::ALL.into_iter().filter(|part| bench.wants(*part)).map(Part::name).collect()
}

#[test]
fn everything_is_measured_unless_it_is_said() {
    assert_eq!(parts(""), ["streams", "request", "decode", "scope", "durable", "scale"]);
    assert_eq!(parts("--quick"), ["streams", "request", "decode", "scope", "durable"]);
    assert_eq!(parts("--only burst"), ["streams"], "words for streams are about streams alone");
    assert_eq!(parts("--part decode --part scale"), ["decode", "scale"]);
    assert!(parsed("--part decoed").is_err_and(|message| message.contains("`decoed`: streams, request")));
}

#[test]
fn pictures_of_a_smoke_run_are_not_kept() {
    assert!(parsed("--pictures").is_ok_and(|bench| bench.keeps_pictures));
    assert!(parsed("--pictures --quick").is_err());
    assert!(parsed("--pictures --dev").is_err());
}

#[test]
fn the_pictures_of_the_documentation_are_renewed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (from, to) = (folder.path().join("bench"), folder.path().join("docs/pictures"));
    create_dir_all(from.join("quick")).expect("a folder");
    create_dir_all(&to).expect("a folder");
    for (name, text) in [("bench-idle.svg", "old"), ("bench-burst.svg", "old")] {
        write(to.join(name), text).expect("a file");
    }
    let taken = [
        ("bench-idle.svg", "new"),
        ("bench-storm.svg", "new"),
        ("fanout.json", "{}"),
        ("quick/bench-burst.svg", "tiny"),
    ];
    for (name, text) in taken {
        write(from.join(name), text).expect("a file");
    }
    assert!(keep_pictures(&from, &to));
    let kept = |name| read_to_string(to.join(name)).ok();
    assert_eq!(kept("bench-idle.svg").as_deref(), Some("new"));
    assert_eq!(kept("bench-burst.svg").as_deref(), Some("old"), "it was not taken, and says of when it is");
    assert_eq!(read_dir(&to).expect("it is there").count(), 2, "nobody shows the others");
    assert!(!keep_pictures(&folder.path().join("nothing"), &to));
}
