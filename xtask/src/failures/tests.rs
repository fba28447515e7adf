use super::{Failure, in_junit, in_libtest, list};

fn failure(test: &str, why: &str) -> Failure {
    Failure { test: test.to_owned(), why: why.to_owned() }
}

const REPORT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nextest-run" tests="3" failures="2" errors="0">
    <testsuite name="oriole-sse::it" tests="3" disabled="0" errors="0" failures="2">
        <testcase name="hub::one" classname="oriole-sse::it" time="0.003">
        </testcase>
        <testcase name="hub::two" classname="oriole-sse::it" time="0.003">
            <failure message="thread &apos;hub::two&apos; panicked" type="test failure with exit code 101">thread &apos;hub::two&apos; panicked at it/hub.rs:7:5:
assertion `left == right` failed
  left: &quot;&lt;p&gt;&amp;lt;&quot;</failure>
            <system-out>&lt;failure type=&quot;none&quot;&gt;</system-out>
        </testcase>
        <testcase name="hub::three" classname="oriole-sse::it" time="600.0">
            <failure type="test timeout"/>
            <system-err>it hangs</system-err>
        </testcase>
    </testsuite>
</testsuites>
"#;

#[test]
fn the_report_of_nextest_names_what_failed() {
    let why = "test failure with exit code 101\nthread 'hub::two' panicked at it/hub.rs:7:5:\n\
        assertion `left == right` failed\n  left: \"<p>&lt;\"";
    let expected = [failure("oriole-sse::it hub::two", why), failure("oriole-sse::it hub::three", "test timeout\n")];
    assert_eq!(in_junit(REPORT), expected);
    assert_eq!(in_junit(""), []);
}

#[test]
fn the_output_of_cargo_test_names_what_failed() {
    let output = "test a ... ok\ntest b ... FAILED\n\nfailures:\n\n---- b stdout ----\npanicked:\n  no\n\n---- c stdout ----\n\
        error[E0308]\n\nfailures:\n    b\n    c\n\ntest result: FAILED. 1 passed; 2 failed;\nnothing of a test\n";
    assert_eq!(in_libtest(output), [failure("b", "panicked:\n  no\n\n"), failure("c", "error[E0308]\n\n")]);
}

#[test]
fn the_list_is_read_at_one_look() {
    assert_eq!(list(&[failure("it b", "why\n\n  so  \n")]), "1 test failed:\n\n  it b\n    why\n      so\n");
    let many: Vec<_> = (0..50).map(|number| failure(&format!("it {number}"), &"why\n".repeat(50))).collect();
    let text = list(&many);
    assert!(
        text.starts_with("50 tests failed:\n\n  it 0\n    why\n") && text.ends_with("\n    it 39\n    and 10 more\n"),
        "{text}"
    );
    assert!(text.contains("    (40 more lines above)\n"));
    // Behind it stand the table of the steps and the command that repeats one.
    assert!(text.lines().count() < 180, "{}", text.lines().count());
    assert!(list(&[]).contains("look above"));
}
