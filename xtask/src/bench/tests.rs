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
fn pictures_are_kept_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let (from, to) = (folder.path().join("bench"), folder.path().join("docs/pictures"));
    create_dir_all(from.join("quick")).expect("a folder");
    for (name, text) in [("bench-idle.svg", "new"), ("fanout.json", "{}"), ("quick/bench-idle.svg", "tiny")] {
        write(from.join(name), text).expect("a file");
    }
    assert!(keep_pictures(&from, &to));
    write(from.join("bench-idle.svg"), "newer").expect("a file");
    assert!(keep_pictures(&from, &to), "a later run takes the place of an earlier one");
    assert_eq!(read_to_string(to.join("bench-idle.svg")).ok().as_deref(), Some("newer"));
    assert_eq!(read_dir(&to).expect("it was made").count(), 1);
    assert!(!keep_pictures(&folder.path().join("nothing"), &to));
}
