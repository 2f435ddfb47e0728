//! A party's history on the command line, and the way back.

use crate::serve::{Hub, new_hub};

#[test]
fn a_partys_history_is_told_and_an_earlier_version_comes_back() {
    let dir = new_hub();
    let dir = dir.path();
    let hub = Hub::start(dir);
    let call = |arguments: &[&str]| hub.call(dir, arguments);
    let add = |name: &str, more: &[&str]| {
        let party = ["party", "add", "--id", "havna", "--kind", "clubhouse", "--name", name];
        let added = call(&[&party[..], more].concat());
        assert_eq!(added.code, 0, "{}", added.err);
    };
    add("Havna", &[]);
    add("Havna hus", &["--registrar"]);
    let told = call(&["party", "history", "havna"]);
    let lines: Vec<_> = told.out.lines().collect();
    assert!(
        lines[0].starts_with("version 2, ") && lines[0].ends_with(", by operator"),
        "{lines:?}"
    );
    assert_eq!(
        lines[1..3],
        ["  name: Havna -> Havna hus", "  registrar: false -> true"]
    );
    assert!(lines[3].starts_with("version 1, ") && lines.len() == 4, "{lines:?}");

    let back = |arguments: &[&str]| call(&[&["party", "roll-back", "havna"], arguments].concat());
    let late = back(&["--to", "1", "--from", "1"]);
    assert!(late.code == 3 && late.err.starts_with("error BL-1162"), "{}", late.err);
    let unknown = back(&["--to", "9"]);
    assert!(
        unknown.code == 3 && unknown.err.starts_with("error BL-1107"),
        "{}",
        unknown.err
    );
    // A reason that the hub would refuse never leaves this machine.
    for wrong in ["x", "Ola, 15720255178", "feil navn\u{202e} i registeret"] {
        assert_eq!(back(&["--to", "1", "--reason", wrong]).code, 2, "{wrong}");
    }
    let done = back(&["--to", "1", "--reason", "feil navn i registeret"]);
    let lines: Vec<_> = done.out.lines().collect();
    assert_eq!(
        lines,
        [
            "havna has the set-up of version 1 again, as version 3",
            "  name: Havna hus -> Havna",
            "  registrar: true -> false",
        ],
        "{}",
        done.err
    );
    let again = back(&["--to", "1"]);
    assert!(
        again.code == 0 && again.out.starts_with("nothing was done"),
        "{}",
        again.out
    );
    let history = call(&["party", "history", "havna", "--limit", "1", "--json"]).json();
    let newest = &history["versions"][0];
    assert_eq!(
        (newest["backTo"].as_u64(), newest["reason"].as_str()),
        (Some(1), Some("feil navn i registeret"))
    );
    let older = call(&["party", "history", "havna", "--before", "2"]).out;
    assert_eq!(older.lines().count(), 1, "{older}");
}
