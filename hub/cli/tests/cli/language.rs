//! Results and errors in both languages.

use std::path::Path;

use serde_json::{Value, json};

use crate::serve::{Hub, new_hub};
use crate::support::{Run, run, run_with};

const LANGUAGES: [&str; 2] = ["en", "nb"];

/// Commands that need no hub, with the first line of their result or failure in English and in bokmål.
const RUNS: [(&[&str], [&str; 2]); 9] = [
    (
        &["config", "show"],
        [
            "error BL-6001: the configuration file bindeledd.toml can not be read",
            "feil BL-6001: oppsettsfilen bindeledd.toml kan ikke leses",
        ],
    ),
    (
        &["--config", "wrong.toml", "check"],
        [
            "error BL-6002: 2 things are wrong with the configuration wrong.toml",
            "feil BL-6002: 2 ting er feil i oppsettet wrong.toml",
        ],
    ),
    (
        &["plugin", "inspect", "gp-nothing"],
        [
            "error BL-3001: there is no adapter `gp-nothing` in the configuration or in target/plugins",
            "feil BL-3001: det er ingen adapter `gp-nothing` i oppsettet eller i target/plugins",
        ],
    ),
    (
        &["message", "send", "nowhere.json"],
        [
            "error BL-6009: the file nowhere.json can not be read",
            "feil BL-6009: filen nowhere.json kan ikke leses",
        ],
    ),
    (
        &["party", "import", "columns.csv"],
        [
            "error BL-1001: columns.csv: no column of this name is known; see --help",
            "feil BL-1001: columns.csv: ingen kolonne med dette navnet er kjent; se --help",
        ],
    ),
    (
        &[
            "consent",
            "decide",
            "--consent",
            "consent.json",
            "--category",
            "progress",
        ],
        [
            "permit: every category is granted",
            "permit: alle opplysningstypene er tillatt",
        ],
    ),
    (
        &[
            "consent",
            "decide",
            "--consent",
            "consent.json",
            "--category",
            "progress,goals",
        ],
        [
            "partial: some categories are granted, the others are held back",
            "partial: noen opplysningstyper er tillatt, de andre holdes tilbake",
        ],
    ),
    (
        &[
            "consent",
            "decide",
            "--consent",
            "consent.json",
            "--category",
            "function",
        ],
        [
            "deny: the consent covers other categories; register one that covers these and replay",
            "deny: samtykket dekker andre opplysningstyper; registrer et som dekker disse, og send på nytt",
        ],
    ),
    (
        &[
            "consent",
            "decide",
            "--consent",
            "consent.json",
            "--category",
            "weather",
        ],
        [
            "error BL-1005: --category has a code that the catalogue does not know",
            "feil BL-1005: --category har en kode som katalogen ikke kjenner",
        ],
    ),
];

const DECIDE: [&str; 8] = [
    "--from",
    "nordvik-aft",
    "--to",
    "fjellvik-legekontor",
    "--purpose",
    "work-oriented-followup",
    "--at",
    "2026-06-01",
];

fn consent() -> Value {
    json!({
        "schema": "bindeledd/consent/1", "version": 1, "id": "0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6a01",
        "participant": { "nationalId": "31777207884" }, "givenAt": "2026-01-20T09:00:00+01:00",
        "givenBy": { "role": "participant" }, "controller": "nordvik-aft", "status": "active", "textVersion": "1.0",
        "evidence": { "type": "signed-form", "reference": "arkiv/1" }, "period": { "start": "2026-01-20", "end": "2027-05-20" },
        "grants": [{ "from": "nordvik-aft", "to": "fjellvik-legekontor", "purpose": "work-oriented-followup",
            "categories": ["progress"] }],
    })
}

fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let wrong = "[store]\nretention_day = 3\n[log]\nformat = \"xml\"\n";
    for (name, text) in [
        ("wrong.toml", wrong.to_owned()),
        ("columns.csv", "id,nme\na,b\n".to_owned()),
        ("consent.json", consent().to_string()),
    ] {
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    dir
}

fn in_language(dir: &Path, language: &str, arguments: &[&str]) -> Run {
    let decide: &[&str] = if arguments.contains(&"decide") { &DECIDE } else { &[] };
    run(dir, &[&["--language", language], arguments, decide].concat())
}

#[test]
fn results_and_errors_are_in_the_language_that_is_asked_for() {
    let dir = folder();
    for (arguments, lines) in RUNS {
        let runs = LANGUAGES.map(|language| in_language(dir.path(), language, arguments));
        assert_eq!(runs[0].code, runs[1].code, "{arguments:?}");
        for (run, line) in runs.iter().zip(lines) {
            let told = format!("{}{}", run.out, run.err);
            assert_eq!(told.lines().next(), Some(line), "{told}");
        }
        let arguments = [arguments, &["--json"]].concat();
        let [english, bokmal] = LANGUAGES.map(|language| in_language(dir.path(), language, &arguments));
        let keys = |run: &Run| keys(&run.json());
        assert_eq!(
            keys(&english),
            keys(&bokmal),
            "{arguments:?}: keys and codes are the same in every language"
        );
    }
}

/// Returns every key and every code of a value.
fn keys(value: &Value) -> Vec<String> {
    match value {
        Value::Object(map) => map
            .iter()
            .flat_map(|(name, value)| {
                let code = ["code", "decision", "reason"]
                    .contains(&name.as_str())
                    .then(|| value.to_string());
                [vec![name.clone()], code.into_iter().collect(), keys(value)].concat()
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(keys).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn the_language_comes_from_the_argument_or_the_environment_or_the_configuration() {
    let dir = folder();
    let dir = dir.path();
    std::fs::write(
        dir.join("bindeledd.toml"),
        "[hub]\nlanguage = \"nb\"\n[store]\nretention_days = 0\n",
    )
    .unwrap();
    let begins = |arguments: &[&str], variables: &[(&str, &str)], word: &str| {
        let told = run_with(dir, arguments, variables);
        assert!(told.err.starts_with(word), "{arguments:?} {variables:?}: {}", told.err);
    };
    // The configuration has a problem, which is told in its own language.
    begins(&["check"], &[], "feil BL-6003");
    begins(&["check"], &[("BINDELEDD_LANGUAGE", "en")], "error BL-6003");
    begins(
        &["--language", "nb", "check"],
        &[("BINDELEDD_LANGUAGE", "en")],
        "feil BL-6003",
    );
    begins(&["--language", "en", "check"], &[], "error BL-6003");
    assert_eq!(run(dir, &["--language", "sv", "check"]).code, 2);
}

#[test]
fn a_hub_answers_in_the_language_of_the_command() {
    let dir = new_hub();
    let dir = dir.path();
    let hub = Hub::start(dir);
    let party = [
        "party",
        "add",
        "--id",
        "nordvik-aft",
        "--name",
        "Nordvik",
        "--kind",
        "aft-provider",
    ];
    let call = |language: &str, arguments: &[&str]| hub.call(dir, &[&["--language", language], arguments].concat());
    let added = call("nb", &party);
    assert!(
        added.out.starts_with("nordvik-aft er lagt inn;"),
        "{}{}",
        added.out,
        added.err
    );
    for (arguments, english, bokmal) in [
        (&["party", "list"][..], "STATE", "TILSTAND"),
        (&["party", "pause", "nordvik-aft"], "is paused", "er satt på pause"),
        (&["party", "resume", "nordvik-aft"], "is resumed", "er i gang igjen"),
        (
            &["party", "pause", "nobody"],
            "there is no such party",
            "aktøren finnes ikke",
        ),
        (&["party", "key", "list", "nordvik-aft"], "LAST USED", "SIST BRUKT"),
        (
            &["clock", "show"],
            "the machine's clock is believed",
            "klokken på maskinen er godtatt",
        ),
        (&["key", "show"], "the store opens with", "lageret åpnes med"),
        (&["message", "list"], "no messages", "ingen meldinger"),
        (
            &["message", "find", "x"],
            "nothing has this id",
            "ingenting har denne id-en",
        ),
        (&["consent", "waiting"], "nothing waits", "ingenting venter"),
        (&["audit", "list"], "DETAIL", "DETALJER"),
    ] {
        for (language, expected) in [("en", english), ("nb", bokmal)] {
            let told = call(language, arguments);
            let text = format!("{}{}", told.out, told.err);
            assert!(text.contains(expected), "{arguments:?} {language}: {text}");
        }
    }
}
