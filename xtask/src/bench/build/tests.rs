use std::fs::{File, create_dir_all, read_dir, read_to_string, write};
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::{builds, folder, keep_pictures};

#[test]
fn programs_are_where_cargo_says() {
    let messages = "{\"reason\":\"compiler-artifact\",\"executable\":null}\n\
                    {\"reason\":\"compiler-artifact\",\"executable\":\"/elsewhere/x86_64-unknown-linux-musl/release/fanout\"}\n\
                    {\"reason\":\"build-finished\",\"success\":true}\n";
    assert_eq!(folder(messages).as_deref(), Some(Path::new("/elsewhere/x86_64-unknown-linux-musl/release")));
    assert_eq!(folder("{\"reason\":\"build-finished\",\"success\":true}\n"), None);
}

#[test]
fn only_what_is_wanted_is_built() {
    let programs = |is_dev, has_streams| builds(is_dev, has_streams).concat().join(" ");
    for is_dev in [false, true] {
        assert_eq!(programs(is_dev, true).contains("--release"), !is_dev);
        assert!(
            programs(is_dev, true).contains("benches/actix") && programs(is_dev, true).contains("benches-transports")
        );
        assert!(!programs(is_dev, false).contains("actix") && !programs(is_dev, false).contains("transports"));
    }
}

#[test]
fn the_pictures_of_the_documentation_are_renewed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (from, to) = (folder.path().join("bench"), folder.path().join("docs/pictures"));
    create_dir_all(from.join("quick")).expect("a folder");
    create_dir_all(&to).expect("a folder");
    for (name, text) in [("bench-idle.svg", "old"), ("bench-burst.svg", "old"), ("bench-hello.svg", "old")] {
        write(to.join(name), text).expect("a file");
    }
    let taken = [
        ("bench-idle.svg", "new"),
        ("bench-storm.svg", "new"),
        ("bench-hello.svg", "older"),
        ("fanout.json", "{}"),
        ("quick/bench-burst.svg", "tiny"),
    ];
    for (name, text) in taken {
        write(from.join(name), text).expect("a file");
    }
    let now = SystemTime::now();
    let dated = |name, at| File::options().write(true).open(from.join(name)).and_then(|file| file.set_modified(at));
    dated("bench-idle.svg", now).expect("it is there");
    dated("bench-hello.svg", now - Duration::from_secs(1)).expect("it is there");
    assert!(keep_pictures(&from, &to, now));
    let kept = |name| read_to_string(to.join(name)).ok();
    assert_eq!(kept("bench-idle.svg").as_deref(), Some("new"));
    assert_eq!(kept("bench-burst.svg").as_deref(), Some("old"), "it was not taken, and says of when it is");
    assert_eq!(kept("bench-hello.svg").as_deref(), Some("old"), "it is of an earlier run");
    assert_eq!(read_dir(&to).expect("it is there").count(), 3, "nobody shows the others");
    assert!(!keep_pictures(&folder.path().join("nothing"), &to, now));
}
