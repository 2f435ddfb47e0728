//! Parties on the command line: import, keys, and suspension.

use serde_json::{Value, json};

use crate::serve::{Hub, new_hub};
use crate::support::run;

/// A CSV file far over the limit of other requests; each line is a party.
fn csv(count: usize, padding: usize) -> String {
    let padding = "x".repeat(padding);
    let lines = (0..count).map(|n| format!("legekontor-{n},Legekontor {n} {padding},gp\n"));
    format!("id,name,kind\n{}", lines.collect::<String>())
}

#[test]
fn a_large_import_is_taken_and_one_that_is_too_large_is_told_so() {
    let dir = new_hub();
    let dir = dir.path();
    let hub = Hub::start(dir);
    std::fs::write(dir.join("many.csv"), csv(3000, 100)).unwrap();
    let imported = hub.call(dir, &["party", "import", "many.csv", "--json"]);
    assert_eq!(imported.code, 0, "{}{}", imported.out, imported.err);
    let answer = imported.json();
    assert_eq!(
        (answer["applied"].as_bool(), answer["parties"].as_array().unwrap().len()),
        (Some(true), 3000)
    );
    std::fs::write(dir.join("large.csv"), csv(40_000, 400)).unwrap();
    let refused = hub.call(dir, &["party", "import", "large.csv"]);
    assert!(
        refused.code == 3 && refused.err.starts_with("error BL-1103"),
        "{}",
        refused.err
    );
    // A caller whose large request is refused early learns the reason, and does not get "no hub".
    let nobody = crate::support::run_with(
        dir,
        &["party", "import", "large.csv"],
        &[("BINDELEDD_URL", &hub.url), ("BINDELEDD_KEY", "blk_nobody")],
    );
    assert!(
        nobody.code == 3 && nobody.err.starts_with("error BL-1101"),
        "{}",
        nobody.err
    );
    std::fs::write(dir.join("5001.csv"), csv(5001, 0)).unwrap();
    let refused = hub.call(dir, &["party", "import", "5001.csv"]);
    assert!(
        refused.code == 3 && refused.err.contains("at most 5000 parties"),
        "{}",
        refused.err
    );
    let listed = hub.call(dir, &["party", "list", "--json"]);
    assert_eq!(listed.json()["parties"].as_array().unwrap().len(), 3000);
}

#[test]
fn a_partys_keys_are_listed_and_revoked_and_a_party_is_suspended() {
    let dir = new_hub();
    let dir = dir.path();
    let hub = Hub::start(dir);
    let add = |id: &str| {
        [
            "party",
            "add",
            "--id",
            id,
            "--name",
            "Nordvik",
            "--kind",
            "aft-provider",
        ]
        .map(str::to_owned)
    };
    let call = |arguments: &[&str]| hub.call(dir, arguments);
    let added = add("nordvik-aft");
    assert_eq!(call(&added.iter().map(String::as_str).collect::<Vec<_>>()).code, 0);
    let key = |arguments: &[&str], file: &str| {
        let made = call(arguments);
        assert_eq!(made.code, 0, "{}", made.err);
        std::fs::write(dir.join(file), &made.out).unwrap();
        made.err
    };
    // One key is made with the old form of the command, and one with the new form.
    key(&["party", "key", "nordvik-aft"], "first");
    let told = key(&["party", "key", "new", "nordvik-aft"], "second");
    let ids = || -> Vec<String> {
        let listed = call(&["party", "key", "list", "nordvik-aft", "--json"]).json();
        let keys = listed["keys"].as_array().unwrap().iter();
        keys.map(|key| key["id"].as_str().unwrap().to_owned()).collect()
    };
    let before = ids();
    assert!(before.len() == 2 && told.contains(&before[1]), "{before:?} {told}");
    let as_party = |file: &str| call(&["alert", "list", "--key-file", file]).err;
    assert!(as_party("first").starts_with("error BL-1102") && as_party("second").starts_with("error BL-1102"));
    let revoked = call(&["party", "key", "revoke", "nordvik-aft", &before[0]]);
    assert!(
        revoked.code == 0 && revoked.out.contains(&before[1]),
        "{}{}",
        revoked.out,
        revoked.err
    );
    assert!(as_party("first").starts_with("error BL-1101") && as_party("second").starts_with("error BL-1102"));
    assert_eq!(ids(), before[1..]);
    assert_eq!(
        call(&["party", "key", "revoke", "nordvik-aft"]).code,
        2,
        "neither a key nor all"
    );
    let again = call(&["party", "key", "revoke", "nordvik-aft", &before[0]]);
    assert!(
        again.code == 3 && again.err.starts_with("error BL-1107"),
        "{}",
        again.err
    );
    for (action, state) in [
        ("pause", "paused"),
        ("suspend", "suspended, paused"),
        ("resume", "suspended"),
    ] {
        assert_eq!(call(&["party", action, "nordvik-aft"]).code, 0);
        let listed = call(&["party", "list"]).out;
        assert!(listed.contains(state), "{action}: {listed}");
    }
    assert!(
        as_party("second").starts_with("error BL-6022"),
        "{}",
        as_party("second")
    );
    assert_eq!(call(&["party", "unsuspend", "nordvik-aft"]).code, 0);
    assert!(as_party("second").starts_with("error BL-1102"));
    assert_eq!(call(&["party", "key", "revoke", "nordvik-aft", "--all"]).code, 0);
    assert!(as_party("second").starts_with("error BL-1101") && ids().is_empty());
    let audit = call(&["audit", "list", "--json"]).out;
    for action in ["key-revoked", "party-suspended", "party-unsuspended"] {
        assert!(audit.contains(action), "{action}");
    }
}

#[test]
fn a_pause_with_a_reason_and_an_end_is_shown() {
    let dir = new_hub();
    let dir = dir.path();
    let hub = Hub::start(dir);
    let call = |arguments: &[&str]| hub.call(dir, arguments);
    let added = call(&[
        "party",
        "add",
        "--id",
        "nordvik-aft",
        "--name",
        "Nordvik",
        "--kind",
        "aft-provider",
    ]);
    assert_eq!(added.code, 0, "{}", added.err);
    let pause = |more: &[&str]| call(&[&["party", "pause", "nordvik-aft"], more].concat());
    for wrong in [
        &["--reason", "x"][..],
        &["--reason", "Ola, 15720255178"],
        &["--reason", "de flytter\u{202e} tjeneren"],
        &["--until", "8h"],
        &["--reason", "de flytter tjeneren", "--until", "snart"],
    ] {
        assert_eq!(pause(wrong).code, 2, "{wrong:?}");
    }
    let past = pause(&["--reason", "de flytter tjeneren", "--until", "2020-01-01"]);
    assert!(past.code == 3 && past.err.starts_with("error BL-1004"), "{}", past.err);
    assert_eq!(
        call(&["party", "show", "nordvik-aft", "--json"]).json()["paused"],
        false
    );

    let until = "2999-12-02T06:00:00+01:00";
    let paused = pause(&["--reason", "de flytter tjeneren", "--until", until]);
    assert!(
        paused.code == 0 && paused.out.contains(until),
        "{}{}",
        paused.out,
        paused.err
    );
    for seen in [call(&["party", "show", "nordvik-aft"]), call(&["party", "list"])] {
        for part in ["paused until", until, "de flytter tjeneren"] {
            assert!(seen.out.contains(part), "{part}: {}{}", seen.out, seen.err);
        }
    }
    let other = pause(&["--reason", "noe annet her"]);
    assert!(
        other.code == 3 && other.err.starts_with("error BL-1108"),
        "{}",
        other.err
    );
    assert_eq!(call(&["party", "resume", "nordvik-aft"]).code, 0);
    let shown = call(&["party", "show", "nordvik-aft", "--json"]).json();
    assert!(shown["paused"] == false && shown.get("pause").is_none(), "{shown}");
}

#[test]
fn ids_that_mean_somebody_else_and_names_that_hide_something_are_refused() {
    let dir = new_hub();
    let dir = dir.path();
    let hub = Hub::start(dir);
    let party = |change: Value| {
        let mut party = json!({"id": "nordvik-aft", "name": "Nordvik", "kind": "aft-provider"});
        party
            .as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        std::fs::write(dir.join("party.json"), party.to_string()).unwrap();
        let added = hub.call(dir, &["party", "add", "party.json", "--json"]);
        (
            added.code,
            added.json()["problem"]["path"].as_str().unwrap_or_default().to_owned(),
        )
    };
    for id in ["operator", "hub", "circle", "reply"] {
        assert_eq!(party(json!({ "id": id })), (3, "id".into()), "{id}");
    }
    let esc = "Nordvik\u{1b}[2J";
    for (change, path) in [
        (json!({ "name": esc }), "name"),
        (json!({ "name": "Nordvik\u{202e}SA" }), "name"),
        (json!({ "name": "Nordvik\nAS" }), "name"),
        (json!({ "name": "Nord\u{200b}vik" }), "name"),
        (json!({ "publicLabel": esc }), "publicLabel"),
        (json!({ "phone": esc }), "phone"),
        (json!({ "handlers": [{ "name": esc }] }), "handlers[0].name"),
        (
            json!({ "person": { "givenName": esc, "familyName": "x" } }),
            "person.givenName",
        ),
    ] {
        assert_eq!(party(change.clone()), (3, path.into()), "{change}");
    }
    assert_eq!(party(json!({ "name": "Guovdageaidnu – Nordvik" })).0, 0);
    // The refusal does not print the refused text.
    std::fs::write(
        dir.join("party.json"),
        json!({"id": "x1", "name": esc, "kind": "gp", "\u{1b}[31m": 1}).to_string(),
    )
    .unwrap();
    for arguments in [&["party", "add", "party.json"][..], &["party", "import", "party.json"]] {
        let told = hub.call(dir, arguments);
        assert!(
            !told.err.contains('\u{1b}') && !told.out.contains('\u{1b}'),
            "{arguments:?}"
        );
    }
}

#[test]
fn a_second_place_beside_the_data_is_warned_of_and_another_is_not() {
    let dir = new_hub();
    let dir = dir.path();
    let warnings = || run(dir, &["check", "--json"]).json()["warnings"].clone();
    assert!(warnings()[0].as_str().unwrap().starts_with("BL-6021"), "{}", warnings());
    let hub = Hub::start(dir);
    let alerts = || {
        hub.call(dir, &["alert", "list", "--kind", "second-place-near", "--json"])
            .json()
    };
    // The first check happens at the start. The test does not measure how long a start takes.
    let raised = (0..2000).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(10));
        !alerts()["alerts"].as_array().unwrap().is_empty()
    });
    assert!(raised, "no alert was raised");
    drop(hub);
    // There is one alert a week, however often the hub starts.
    let again = Hub::start(dir);
    assert_eq!(again.call(dir, &["audit", "list", "--json"]).code, 0);
    let list = || {
        again
            .call(dir, &["alert", "list", "--kind", "second-place-near", "--json"])
            .json()
    };
    assert_eq!(list()["alerts"].as_array().unwrap().len(), 1);
    drop(again);
    let other = std::path::Path::new("/dev/shm");
    let device = |path: &std::path::Path| {
        std::fs::metadata(path)
            .map(|meta| std::os::unix::fs::MetadataExt::dev(&meta))
            .ok()
    };
    if device(other).is_none() || device(other) == device(dir) {
        println!("this machine has no other file system to write to");
        return;
    }
    let place = tempfile::tempdir_in(other).unwrap();
    let hub = tempfile::tempdir().unwrap();
    let empty = tempfile::tempdir().unwrap();
    let place = place.path().join("second").display().to_string();
    let plugins = empty.path().display().to_string();
    let made = run(
        hub.path(),
        &["init", "--plugins", &plugins, "--second-place", &place, "--json"],
    );
    assert_eq!(
        (made.code, &made.json()["secondPlaceIsNear"]),
        (0, &json!(false)),
        "{}",
        made.err
    );
    let checked = run(hub.path(), &["check", "--json"]);
    assert_eq!(
        (checked.code, &checked.json()["warnings"]),
        (0, &json!([])),
        "{}",
        checked.out
    );
}
