//! `bindeledd consent form` without a hub: the page from a file.

use serde_json::{Value, json};

use crate::support::run;

fn consent() -> Value {
    json!({
        "schema": "bindeledd/consent/1", "participant": {"nationalId": "15720255178"},
        "givenAt": "2026-11-20T09:00:00+01:00", "givenBy": {"role": "participant"}, "controller": "nordvik-aft",
        "evidence": {"type": "signed-form", "reference": "arkiv 2026/17"}, "textVersion": "bindeledd-form/1",
        "period": {"start": "2026-11-20", "end": "2027-05-20"},
        "grants": [
            {"from": "nordvik-aft", "to": "her:8094866", "purpose": "work-oriented-followup", "categories": ["meeting"]},
            {"from": "her:8094866", "to": "nordvik-aft", "purpose": "work-oriented-followup", "categories": ["function"]},
            {"from": "nordvik-aft", "to": "nav-nordvik", "purpose": "work-oriented-followup", "categories": ["outcome"],
             "basis": {"duty": "avtalen med Nav om tiltaket"}},
        ],
    })
}

const NAMED: [&str; 6] = [
    "--party",
    "nordvik-aft=Nordvik Vekst",
    "--party",
    "her:8094866=Legen på Fjellvik",
    "--party",
    "nav-nordvik=Nav Nordvik",
];

#[test]
fn the_page_is_printed_from_a_file_in_three_languages() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("c.json"), consent().to_string()).unwrap();
    let form = |more: &[&str]| {
        let arguments = [&["consent", "form", "--consent", "c.json"], &NAMED[..], more].concat();
        run(dir.path(), &arguments)
    };
    for (language, asks, says_who) in [
        (
            "nb",
            "Kan Nordvik Vekst fortelle Legen på Fjellvik om dette?",
            "telefon 70 00 00 00",
        ),
        ("nn", "Nordvik Vekst", "telefon 70 00 00 00"),
        ("en", "Nordvik Vekst", "telefon 70 00 00 00"),
    ] {
        let page = form(&["--language", language, "--contact", "telefon 70 00 00 00"]);
        assert_eq!(page.code, 0, "{}", page.err);
        let joined = page.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(joined.contains(asks) && joined.contains(says_who), "{}", page.out);
        assert!(
            page.out.contains("Nav Nordvik") && page.out.contains("bindeledd-form/1"),
            "{}",
            page.out
        );
        assert!(
            !page.out.contains("15720255178") && !page.out.contains("8094866"),
            "{}",
            page.out
        );
        let told = form(&["--language", language, "--contact", "telefon 70 00 00 00", "--json"]).json();
        assert_eq!(
            (&told["language"], &told["textVersion"]),
            (&json!(language), &json!("bindeledd-form/1"))
        );
        assert_eq!(told["text"].as_str().unwrap().trim_end(), page.out.trim_end());
        let roles: Vec<_> = told["lines"]
            .as_array()
            .unwrap()
            .iter()
            .map(|l| l["role"].as_str().unwrap())
            .collect();
        assert_eq!(
            (roles[0], roles.iter().filter(|r| **r == "choice").count()),
            ("title", 2)
        );
    }
    // The page states that secrecy is lifted only if the caller asks for that.
    let (kept, lifted) = (form(&[]), form(&["--lifts-secrecy"]));
    assert_ne!(kept.out, lifted.out);
    assert!(lifted.out.contains("Skriver du under, kan de dele"), "{}", lifted.out);
    assert!(!kept.out.contains("Skriver du under, kan de dele"));
}

#[test]
fn the_page_as_html_is_a_new_file_of_its_owners() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("c.json"), consent().to_string()).unwrap();
    let arguments = [
        &["consent", "form", "--consent", "c.json", "--html", "page.html"],
        &NAMED[..],
    ]
    .concat();
    let made = run(dir.path(), &arguments);
    assert_eq!(made.code, 0, "{}", made.err);
    let file = dir.path().join("page.html");
    let page = std::fs::read_to_string(&file).unwrap();
    assert!(page.contains("Legen på Fjellvik") && page.contains("<html lang=\"nb\""));
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let again = run(dir.path(), &arguments);
    assert_ne!(again.code, 0, "nothing is written over");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), page);
}

#[test]
fn a_party_without_a_label_and_a_consent_that_was_taken_back_have_no_page() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("c.json"), consent().to_string()).unwrap();
    let unnamed = run(
        dir.path(),
        &[
            "consent",
            "form",
            "--consent",
            "c.json",
            "--party",
            "nordvik-aft=Nordvik",
        ],
    );
    assert_ne!(unnamed.code, 0);
    assert!(unnamed.out.is_empty(), "{}", unnamed.out);
    let mut withdrawn = consent();
    withdrawn["status"] = "withdrawn".into();
    std::fs::write(dir.path().join("w.json"), withdrawn.to_string()).unwrap();
    let arguments = [&["consent", "form", "--consent", "w.json"], &NAMED[..]].concat();
    let refused = run(dir.path(), &arguments);
    assert_eq!(
        (refused.code, refused.err.contains("BL-1108")),
        (3, true),
        "{}",
        refused.err
    );
    let usage = run(
        dir.path(),
        &["consent", "form", "--consent", "c.json", "--language", "de"],
    );
    assert_eq!(usage.code, 2);
}
