//! Personal texts are on no disk, in no log and in no answer to an operator, in any encoding. A planted text shows that the search
//! works.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod echo;
mod people;
mod search;
mod traffic;

use std::process::Command;

use bindeledd_e2e::built_binary;
use serde_json::json;

use search::{Hit, Search, forms};
use traffic::{CANARIES, PLANTED, Traffic};

/// Fails if there are any findings, and prints them.
fn nothing(hits: &[Hit], among: &str) {
    let lines: Vec<_> = hits
        .iter()
        .map(|hit| format!("{} as {} in {}: …{}…", hit.canary, hit.form, hit.place, hit.around))
        .collect();
    assert!(
        hits.is_empty(),
        "{} hits among {among}:\n{}",
        hits.len(),
        lines.join("\n")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_a_person_is_anywhere_but_with_the_receivers() {
    let mut traffic = Traffic::new().await;
    traffic.everything().await;
    let search = Search::new(CANARIES);

    // The messages have arrived: the receivers got all of the texts, in their formats.
    let received = traffic.received().await;
    let with_them = search.canaries_in(received.as_bytes());
    for canary in traffic::SENT_ON {
        assert!(
            with_them.contains(*canary),
            "{canary} came to nobody, so its absence shows nothing"
        );
    }

    // Collects everything that the hub wrote (answers, logs, files), first while it runs and again after it was stopped.
    let hub = &traffic.world.hub;
    let (hits, running) = search.folder(hub.dir());
    nothing(&hits, "the running hub's files");
    let names: Vec<String> = search::files(hub.dir())
        .iter()
        .map(|f| f.display().to_string())
        .collect();
    for must in [
        "hub.sqlite",
        "hub.sqlite-wal",
        "checkpoint",
        "checkpoint.withdrawals",
        "hub.log",
    ] {
        assert!(
            names.iter().any(|name| name.ends_with(must)),
            "{must} was not looked at: {names:?}"
        );
    }
    nothing(&search.folder(&traffic.tmp()).0, "temporary files");
    let log = hub.log();
    assert!(
        log.contains("DEBUG") && log.contains("BL-"),
        "the log says what happened"
    );

    // The search also covers every answer to the operator, and the command line's output.
    for (path, answer) in traffic.operators_answers().await {
        nothing(&search.bytes(&path, answer.as_bytes()), "an operator's answers");
    }
    for (command, printed) in traffic.commands() {
        nothing(&search.bytes(&command, &printed), "the command line's output");
    }
    for (place, problem) in &traffic.problems {
        let url = problem["type"].as_str().unwrap_or_default();
        nothing(&search.bytes(place, url.as_bytes()), "a problem's URL");
    }
    for mail in traffic.mails().await {
        nothing(&search.bytes("mail", mail.to_string().as_bytes()), "the mails");
    }
    let people = traffic.people.take().unwrap();
    for (address, page) in &people.pages {
        // A page shows its content to one person. Its address, its head and its title stay in a browser's history.
        nothing(&search.bytes(address, address.as_bytes()), "addresses of pages");
        nothing(&search.bytes(address, page.head.as_bytes()), "heads of pages");
        assert!(page.head.contains("no-store"), "{address} may be kept: {}", page.head);
        if page.status == 200 {
            let title = page.between("<title>", "</title>");
            nothing(&search.bytes(address, title.as_bytes()), "titles of pages");
        }
    }
    let secrets = Search::new(people.secrets.iter().map(String::as_str));
    nothing(&secrets.folder(hub.dir()).0, "the hub's files, of secrets");
    let export = traffic.world.dir.path().join("export");
    let (code, told) = traffic.command(&["audit", "export", export.to_str().unwrap()]);
    assert_eq!(code, 0, "{}", String::from_utf8_lossy(&told));
    nothing(&search.folder(&export).0, "the audit log's export");

    traffic.world.hub.kill();
    traffic.world.hub.restart().await;
    let (hits, again) = search.folder(traffic.world.hub.dir());
    nothing(&hits, "the files after a start");
    println!(
        "{} forms of {} texts in {running} and {again} bytes",
        search.len(),
        CANARIES.len()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_in_the_clear_is_found() {
    // Plants a text in a field that the store deliberately keeps in the clear: an operator's note about a party.
    let traffic = Traffic::new().await;
    let search = Search::new([PLANTED]);
    nothing(
        &search.folder(traffic.world.hub.dir()).0,
        "a hub that has not heard of it",
    );
    let party = json!({"id": "plantet", "name": "Plantet", "kind": "employer", "publicLabel": PLANTED});
    traffic.world.hub.add_party(&party).await;
    let (hits, _) = search.folder(traffic.world.hub.dir());
    assert!(
        hits.iter().any(|hit| hit.place.contains("hub.sqlite")),
        "it is in the database or its log, and was not found: {hits:?}"
    );
    let answers = traffic.operators_answers().await;
    assert!(
        answers
            .iter()
            .any(|(_, answer)| !search.bytes("", answer.as_bytes()).is_empty())
    );
    let found = traffic
        .commands()
        .into_iter()
        .filter(|(_, out)| !search.bytes("", out).is_empty())
        .count();
    assert!(found > 0);
}

#[test]
fn every_form_is_found_wherever_it_begins() {
    let search = Search::new(CANARIES);
    for canary in CANARIES {
        for (form, bytes) in forms(canary) {
            for before in 0..5 {
                let mut hay = vec![0xA5; 1000 + before];
                hay.extend_from_slice(&bytes);
                hay.extend([0x5A; 100]);
                assert!(search.canaries_in(&hay).contains(canary), "{canary} as {form}");
            }
        }
        let mut whole = b"a document with ".to_vec();
        whole.extend_from_slice(canary.as_bytes());
        whole.extend_from_slice(b" in the middle of it");
        let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &whole);
        assert!(
            search.canaries_in(base64.as_bytes()).contains(canary),
            "{canary} within base64"
        );
    }
    assert_eq!(search.bytes("", &[7; 100_000]), []);
}

/// Runs `bindeledd` with these arguments and the hub's configuration. Returns exit code and output.
fn run(dir: &std::path::Path, url: &str, arguments: &[&str]) -> (i32, Vec<u8>) {
    let run = Command::new(built_binary("bindeledd"))
        .args(["--config".as_ref(), dir.join("bindeledd.toml").as_os_str()])
        .args(arguments)
        .env("BINDELEDD_URL", url)
        .output()
        .unwrap();
    let mut printed = run.stdout;
    printed.extend(run.stderr);
    (run.status.code().unwrap_or(-1), printed)
}
