//! Every page of `docs/errors`: its failing program fails with its code and nothing else, the mended one compiles.

use docs_tests::{Reader, blocks, repository};

/// Parity: FST.7.
#[test]
fn every_page_fails_with_its_code_and_is_mended() {
    let kit = repository().canonicalize().unwrap().join("crates/oriole-testing");
    let reader = Reader::new("error-pages", &format!("oriole-testing = {{ path = \"{}\" }}", kit.display())).unwrap();
    reader.write("src/lib.rs", "").unwrap();
    let mut pages = vec![];
    for entry in std::fs::read_dir(repository().join("docs/errors")).unwrap() {
        let path = entry.unwrap().path();
        let code = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if code.starts_with("ORI") {
            pages.push((code, blocks(&std::fs::read_to_string(path).unwrap())));
        }
    }
    pages.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(pages.len() >= 11);

    for (code, blocks) in &pages {
        for (number, block) in blocks.iter().enumerate() {
            reader.write(&format!("src/bin/{code}-{number}.rs"), &block.code).unwrap();
        }
    }
    let errors = reader.check_all().unwrap();

    for (code, blocks) in &pages {
        let mut failing = 0;
        let mut mended = 0;
        for (number, block) in blocks.iter().enumerate() {
            let name = format!("{code}-{number}");
            match (block.attributes.as_str(), errors.get(&name)) {
                ("compile_fail", Some(errors)) => {
                    failing += 1;
                    assert_eq!(errors.len(), 1, "{name} fails with one error: {errors:#?}");
                    assert!(errors[0].contains(&format!("{code}: ")), "{name} fails with its code:\n{}", errors[0]);
                }
                ("compile_fail", None) => panic!("{name} compiles, but its page says that it does not"),
                (_, Some(errors)) => panic!("{name} does not compile:\n{}", errors.join("\n")),
                ("should_panic", None) => {
                    failing += 1;
                    let output = reader.cargo(&["run", "--quiet", "--bin", &name]).unwrap();
                    let text = String::from_utf8_lossy(&output.stderr);
                    assert_eq!(output.status.code(), Some(1), "{name}: {text}");
                    let tells = |before| text.contains(&format!("{before}{code}: "));
                    assert!(tells("Error: ") || tells("\n\n"), "{name}: {text}");
                }
                (_, None) => mended += 1,
            }
        }
        assert!(failing > 0 && mended > 0, "{code} shows a failing and a mended program");
    }
}
