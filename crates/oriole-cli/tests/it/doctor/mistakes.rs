//! What the doctor says where there is nothing to look at.

use driver::Program;

use super::doctor;
use super::way::{Examined, PROBE, TOKEN};

#[test]
fn what_cannot_be_looked_at_is_an_error_and_says_why() {
    let service = Program::of("sample-sse-operating").env("ORIOLE_DOCTOR_TOKEN", TOKEN).start();
    let nobody = format!("http://127.0.0.1:{}{PROBE}", driver::free_port());
    let other = TOKEN.replace('0', "1");
    for (url, token, code, words) in [
        (service.url(PROBE), Some(other.as_str()), "no-stream", "SseDoctorModule"),
        (service.url("/prices"), Some(TOKEN), "no-probe", "the probe's route"),
        (service.url("/behind"), None, "no-stream", "application/json"),
        (service.url("/nowhere"), None, "no-stream", "it answers 404"),
        (nobody, Some(TOKEN), "no-stream", "the connection was not made"),
    ] {
        let examined = Examined::of(&doctor(&[&url, "--patience", "1", "--json"], token));
        assert_eq!((examined.code, &examined.report["verdict"]), (1, &"unmeasured".into()), "{:#}", examined.report);
        assert_eq!(examined.found("unmeasured"), [(code, url.as_str())]);
        assert!(examined.words(code).contains(words), "{:#}", examined.report);
    }
}

#[test]
fn a_command_line_that_is_wrong_is_told_before_anything_is_sent() {
    for (words, said) in [
        (&[][..], "the address is missing"),
        (&["ftp://host/"], "no address that begins with http"),
        (&["http://host/", "--patience", "601"], "no number of seconds from 1 to 600"),
        (&["http://host/", "--token", "short"], "at least 16 bytes"),
    ] {
        let output = doctor(words, None);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(said), "{words:?}: {output:?}");
    }
    let help = doctor(&["--help"], None);
    assert!(help.status.success() && String::from_utf8_lossy(&help.stdout).contains("oriole doctor URL"));
}
