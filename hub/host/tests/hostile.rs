//! Adapters that do forbidden things: each ends with a named fault, and the next call succeeds.
#![expect(clippy::unwrap_used, reason = "a test says by failing what it needed")]

mod common;
mod guests;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use bindeledd_core::contract::{CONTRACT, OLD_CONTRACT, OLD_CONTRACT_SECTION, Reading};
use bindeledd_core::{AdapterId, Kind, PartyId};
use bindeledd_engine::ports::{AdapterFault, Adapters, Standing};
use bindeledd_host::{Host, HostError, HostOptions, Limits, PinnedAdapter, Sha256};
use common::{context, document, message, response};

/// The expected end of a guest.
enum End {
    Limit(&'static str),
    Trapped(&'static str),
    Broken(&'static str),
}
use End::{Broken, Limit, Trapped};

/// Guests that read a document. A guest outside the two tables has a test of its own.
const READS: [(&str, End); 14] = [
    ("endless-loop", Limit("250 million instructions for")),
    ("fill-loop", Limit("250 million instructions for")),
    ("endless-recursion", Limit("its stack")),
    ("memory-bomb", Limit("64 MB of memory")),
    ("table-growth", Trapped("`unreachable`")),
    ("trap", Trapped("`unreachable`")),
    ("huge-output", Limit("8 MB of output")),
    ("invalid-json", Broken("messages: JSON that is cut off")),
    ("invalid-message", Broken("messages[0].kind: expected one of")),
    ("no-messages", Broken("messages: there is none")),
    ("deep-json", Broken("messages: not JSON")),
    ("invalid-text", Broken("a value that is not of its type")),
    ("invalid-variant", Broken("a value that is not of its type")),
    ("outside-memory", Broken("a value that is not of its type")),
];

/// Guests that write a message.
const WRITES: [(&str, End); 4] = [
    ("repeated-output", Limit("8 MB of output")),
    ("header-injection", Broken("request.headers: a value")),
    ("path-escape", Broken("request.path: has a segment")),
    ("stolen-credential", Broken("request.credential")),
];

const OWN_TEST: [&str; 2] = ["defect", "remembers"];

fn host_of(dir: &Path, guests: &[&str]) -> Host {
    host_with(dir, guests, HostOptions::default())
}

fn host_with(dir: &Path, guests: &[&str], options: HostOptions) -> Host {
    let plugins = guests.iter().map(|name| PinnedAdapter {
        id: id(name),
        path: guests::put(dir, name, &guests::hostile(name)),
        sha256: None,
    });
    Host::new(HostOptions {
        plugins: plugins.collect(),
        ..options
    })
    .unwrap()
}

fn id(name: &str) -> AdapterId {
    AdapterId::parse(name).unwrap()
}

fn check(name: &str, fault: &AdapterFault, end: &End) {
    let ((AdapterFault::Limit { limit: what, .. }, Limit(expected))
    | (AdapterFault::Trapped { what, .. }, Trapped(expected))
    | (AdapterFault::Broken { what, .. }, Broken(expected))) = (fault, end)
    else {
        unreachable!("{name}: {fault:?}")
    };
    assert!(
        what.to_string().contains(expected),
        "{name}: `{what}` says nothing of `{expected}`"
    );
    assert!(
        !fault.to_string().contains("31777207884"),
        "{name}: content in an error"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_reader_ends_as_its_own_fault_and_the_next_call_goes_well() {
    let dir = tempfile::tempdir().unwrap();
    let mut names: Vec<&str> = READS.iter().map(|(name, _)| *name).collect();
    names.push("remembers");
    names.dedup();
    let host = host_of(dir.path(), &names);
    for (name, end) in &READS {
        let fault = host.read(&id(name), document(b"{}"), &context("a")).await.unwrap_err();
        check(name, &fault, end);
        assert!(!fault.is_transient(), "{name}");
        let after = host.read(&id("remembers"), document(b"{}"), &context("a")).await;
        assert_eq!(after, Ok(Reading::Nothing("3".into())), "after {name}");
    }
}

#[tokio::test]
async fn each_writer_ends_as_its_own_fault_and_its_next_call_goes_well() {
    let dir = tempfile::tempdir().unwrap();
    let host = host_of(dir.path(), &WRITES.map(|(name, _)| name));
    for (name, end) in &WRITES {
        let fault = host
            .write(&id(name), &message(Kind::Answer), &context("a"))
            .await
            .unwrap_err();
        check(name, &fault, end);
        let after = host.settle(&id(name), &response(200), &context("a")).await;
        assert!(after.is_ok(), "after {name}: {after:?}");
    }
}

/// The names of the guests' files.
fn names() -> Vec<String> {
    let entries = std::fs::read_dir(guests::folder())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let guests = entries.filter(|path| {
        let name = path.file_stem().unwrap().to_str().unwrap();
        path.extension().is_some_and(|e| e == "wat") && !name.starts_with("skeleton")
    });
    let mut names: Vec<String> = guests
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn every_hostile_guest_has_its_test() {
    let mut tested: Vec<&str> = READS
        .iter()
        .chain(&WRITES)
        .map(|(name, _)| *name)
        .chain(OWN_TEST)
        .collect();
    tested.sort_unstable();
    tested.dedup();
    assert_eq!(names(), tested);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_remembered_between_calls_however_many_run() {
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits {
        instances: 4,
        wait: Duration::from_secs(60),
        ..Limits::default()
    };
    let host = Arc::new(host_with(
        dir.path(),
        &["remembers"],
        HostOptions {
            limits,
            ..HostOptions::default()
        },
    ));
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let host = Arc::clone(&host);
        calls.spawn(async move {
            host.read(&id("remembers"), document(&[b' '; 300_000]), &context("a"))
                .await
        });
    }
    let answers = calls.join_all().await;
    assert_eq!(answers.len(), 200);
    assert!(
        answers.iter().all(|answer| *answer == Ok(Reading::Nothing("3".into()))),
        "{answers:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_call_that_finds_no_place_is_told_so() {
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits {
        instances: 1,
        wait: Duration::from_millis(1),
        ..Limits::default()
    };
    let host = Arc::new(host_with(
        dir.path(),
        &["endless-loop"],
        HostOptions {
            limits,
            ..HostOptions::default()
        },
    ));
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let host = Arc::clone(&host);
        // The input is large, so that the call gives its thread's other tasks to another thread.
        calls.spawn(async move {
            host.read(&id("endless-loop"), document(&[b' '; 300_000]), &context("a"))
                .await
        });
    }
    let answers = calls.join_all().await;
    assert!(answers.contains(&Err(AdapterFault::Busy)), "{answers:?}");
    let after = host.settle(&id("endless-loop"), &response(200), &context("a")).await;
    assert!(after.is_ok(), "the place was given back: {after:?}");
}

#[tokio::test]
async fn input_beyond_the_limit_never_reaches_the_adapter() {
    let dir = tempfile::tempdir().unwrap();
    let host = host_of(dir.path(), &["trap"]);
    for party in ["a", "b", "c", "d", "e", "f"] {
        let body = vec![party.as_bytes()[0]; 7 << 20];
        let fault = host
            .read(&id("trap"), document(&body), &context(party))
            .await
            .unwrap_err();
        assert!(
            matches!(&fault, AdapterFault::Limit { limit, .. } if limit.to_string() == "6 MB of input"),
            "{fault:?}"
        );
    }
    assert!(
        !host.installed()[0].set_aside,
        "what senders do wrong stands in no adapter's record"
    );
}

#[tokio::test]
async fn a_version_that_fails_for_many_is_set_aside_and_can_be_taken_back() {
    let dir = tempfile::tempdir().unwrap();
    let told = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&told);
    let on_quarantine = Some(Arc::new(move |adapter: &AdapterId| {
        assert_eq!(adapter.as_str(), "trap");
        counter.fetch_add(1, SeqCst);
    }) as bindeledd_host::QuarantineHook);
    let host = host_with(
        dir.path(),
        &["trap"],
        HostOptions {
            on_quarantine,
            ..HostOptions::default()
        },
    );
    let trap = id("trap");
    for n in 0..20_u8 {
        // Only one party fails, and the time differs in every call.
        let fault = host.read(&trap, document(&[n]), &context("a")).await.unwrap_err();
        match (n, &fault) {
            (0..5, AdapterFault::Trapped { .. }) => {}
            (5.., AdapterFault::Resting { seconds, .. }) => {
                assert!((1..=600).contains(seconds) && fault.is_transient())
            }
            _ => panic!("{n}: {fault:?}"),
        }
    }
    for party in ["b", "c"] {
        assert_eq!(told.load(SeqCst), 0);
        host.read(&trap, document(b"x"), &context(party)).await.unwrap_err();
    }
    assert_eq!(told.load(SeqCst), 1);
    let fault = host
        .write(&trap, &message(Kind::Answer), &context("a"))
        .await
        .unwrap_err();
    assert_eq!(fault, AdapterFault::Quarantined("trap".into()));
    assert!(fault.is_transient(), "messages wait for a better version");
    assert!(host.installed()[0].set_aside);
    assert_eq!(host.reset(&trap), Ok(true));
    assert_eq!(host.reset(&trap), Ok(false));
    assert!(host.write(&trap, &message(Kind::Answer), &context("a")).await.is_ok());
    assert_eq!(host.reset(&id("nobody")), Err(AdapterFault::Unknown("nobody".into())));
}

/// The units of one organisation are one source, however many there are.
#[tokio::test]
async fn units_of_one_organisation_set_nothing_aside() {
    let dir = tempfile::tempdir().unwrap();
    let host = host_of(dir.path(), &["trap"]);
    let of = |organisation: &str| Standing {
        organisation: organisation.into(),
        origin: None,
    };
    let units = (0..40).map(|n| (PartyId::parse(&format!("unit-{n}")).unwrap(), of("org")));
    host.know(units.collect());
    let trap = id("trap");
    let mut ends = [0, 0];
    for n in 0..40_u8 {
        let unit = context(&format!("unit-{n}"));
        match host.read(&trap, document(&[n]), &unit).await.unwrap_err() {
            AdapterFault::Trapped { .. } => ends[0] += 1,
            AdapterFault::Resting { .. } => ends[1] += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(ends, [20, 20], "the organisation rests as a whole");
    assert!(!host.installed()[0].set_aside);
    let other = host
        .read(&trap, document(b"x"), &context("somebody-else"))
        .await
        .unwrap_err();
    assert!(matches!(other, AdapterFault::Trapped { .. }), "{other:?}");
}

/// The failure to write a message counts against its sender, who chose the content, and not against the receiver.
#[tokio::test]
async fn what_is_written_counts_against_its_sender_alone() {
    let dir = tempfile::tempdir().unwrap();
    let host = host_of(dir.path(), &["path-escape"]);
    let adapter = id("path-escape");
    for n in 0..12 {
        let receiver = context(&format!("receiver-{n}"));
        let fault = host
            .write(&adapter, &message(Kind::Answer), &receiver)
            .await
            .unwrap_err();
        match (n, &fault) {
            (0..5, AdapterFault::Broken { .. }) | (5.., AdapterFault::Resting { .. }) => {}
            _ => panic!("{n}: {fault:?}"),
        }
    }
    assert!(!host.installed()[0].set_aside);
}

/// The cost limit of a call grows with its input.
#[tokio::test]
async fn fuel_is_in_proportion_to_the_input() {
    let dir = tempfile::tempdir().unwrap();
    let host = host_of(dir.path(), &["endless-loop"]);
    for (bytes, words) in [(10, "250 million"), (2_000_000, "1250 million")] {
        let body = vec![b' '; bytes];
        let fault = host
            .read(&id("endless-loop"), document(&body), &context("a"))
            .await
            .unwrap_err();
        assert!(fault.to_string().contains(words), "{fault}");
    }
}

/// Three files are not compiled: a file of a few KB that would take minutes, a file that is too large, and a file whose
/// compilation is too slow.
#[test]
fn what_would_compile_for_ever_is_not_compiled() {
    let dir = tempfile::tempdir().unwrap();
    let slow = format!(
        "(func $slow (local{}) {})",
        " i32".repeat(40_000),
        "(block (local.set 7 (i32.const 1)))".repeat(4_000)
    );
    let bytes = guests::component(&slow);
    assert!(bytes.len() < 400_000, "{}", bytes.len());
    let error = refused(dir.path(), &bytes, None);
    assert_eq!(error.code(), "BL-3021", "{error}");
    assert!(error.to_string().contains("in one function"), "{error}");
    // Each of these functions is within its bound, and all together are not.
    let one = |n: usize| {
        format!(
            "(func $slow{n} (local{}) {})",
            " i32".repeat(40_000),
            "(block (local.set 7 (i32.const 1)))".repeat(1_500)
        )
    };
    let bytes = guests::component(&(0..30).map(one).collect::<String>());
    assert!(bytes.len() < 1_000_000, "{}", bytes.len());
    let error = refused(dir.path(), &bytes, None);
    assert_eq!(error.code(), "BL-3021", "{error}");
    assert!(error.to_string().contains("in all"), "{error}");
    let with = |limits: Limits, bytes: &[u8]| {
        let plugins = vec![PinnedAdapter {
            id: id("x"),
            path: guests::put(dir.path(), "x", bytes),
            sha256: None,
        }];
        let options = HostOptions {
            plugins,
            limits,
            ..HostOptions::default()
        };
        Host::new(options).map(|_| ()).unwrap_err()
    };
    let small = Limits {
        file_bytes: 1024 * 1024,
        ..Limits::default()
    };
    let error = with(small, &vec![0; 1024 * 1024 + 1]);
    assert_eq!(error.code(), "BL-3021", "{error}");
    assert!(error.to_string().contains("file_mb"), "{error}");
    let hasty = Limits {
        compile: Duration::ZERO,
        ..Limits::default()
    };
    let error = with(hasty, &guests::hostile("trap"));
    assert!(error.to_string().contains("compile_seconds"), "{error}");
}

fn refused(dir: &Path, bytes: &[u8], sha256: Option<Sha256>) -> HostError {
    let plugins = vec![PinnedAdapter {
        id: id("x"),
        path: guests::put(dir, "x", bytes),
        sha256,
    }];
    Host::new(HostOptions {
        plugins,
        ..HostOptions::default()
    })
    .unwrap_err()
}

#[test]
fn what_was_not_built_for_this_contract_is_refused_in_words() {
    let dir = tempfile::tempdir().unwrap();
    for (bytes, version) in [
        (guests::of_contract("", "9.9.0"), "9.9"),
        (guests::of_contract("", "2.0.1"), "2.0"),
        (guests::old("", &["0.1"]), "0.1"),
        (guests::old("", &[OLD_CONTRACT, "9.8"]), "0.2 and 9.8"),
    ] {
        let error = refused(dir.path(), &bytes, None);
        assert!(
            matches!(&error, HostError::Contract { found, .. } if found == version),
            "{error}"
        );
        let speaks = format!("speaks {CONTRACT} and {OLD_CONTRACT}");
        assert!(error.to_string().contains(&speaks), "{error}");
    }
    let error = refused(dir.path(), &guests::old("", &[]), None);
    assert!(matches!(error, HostError::NoContract { .. }), "{error}");
}

#[test]
fn an_adapter_of_a_later_minor_version_is_spoken_with() {
    let dir = tempfile::tempdir().unwrap();
    let manifest = bindeledd_manifest::section(&guests::manifest((&[], &[])));
    let path = guests::put(dir.path(), "x", &[guests::of_contract("", "1.7.0"), manifest].concat());
    let host = Host::new(HostOptions::default()).unwrap();
    let inspection = host.inspect(&path).unwrap();
    assert_eq!(
        (inspection.contract.as_str(), inspection.manifest.contract.as_str()),
        ("1.7", "1.7")
    );
}

#[test]
fn a_file_has_one_manifest() {
    let dir = tempfile::tempdir().unwrap();
    let manifest = bindeledd_manifest::section(&guests::manifest((&[], &[])));
    let bare = guests::of_contract("", "1.0.0");
    for (bytes, sections) in [
        (bare.clone(), 0),
        ([bare.clone(), manifest.clone(), manifest].concat(), 2),
    ] {
        let error = refused(dir.path(), &bytes, None);
        assert!(
            matches!(error, HostError::Sections { sections: found, .. } if found == sections),
            "{error}"
        );
        assert_eq!(error.code(), "BL-3016");
    }
    for json in [
        "{",
        "[]",
        "{\"id\": \"A\", \"version\": \"1\"}",
        "{\"id\": \"a\", \"id\": \"b\"}",
    ] {
        let section = bindeledd_manifest::custom_section(bindeledd_manifest::SECTION, json.as_bytes());
        let error = refused(dir.path(), &[bare.clone(), section].concat(), None);
        assert!(matches!(error, HostError::Manifest { .. }), "{json}: {error}");
    }
}

/// An adapter of contract 0.2 reads, traps and breaks the contract as one of 1.0 does.
#[tokio::test]
async fn an_adapter_of_the_old_contract_is_called_by_an_upcast() {
    let dir = tempfile::tempdir().unwrap();
    let load = |name: &str, exports: &str| PinnedAdapter {
        id: id(name),
        path: guests::put(dir.path(), name, &guests::old(exports, &[OLD_CONTRACT])),
        sha256: None,
    };
    let plugins = vec![
        load("well", ""),
        load("trap", &guests::text("trap")),
        load("no-json", &guests::text("invalid-json")),
        load("path", &guests::text("path-escape")),
    ];
    let host = Host::new(HostOptions {
        plugins,
        ..HostOptions::default()
    })
    .unwrap();
    let party = context("party");
    let read = host.read(&id("well"), document(b"x"), &party).await.unwrap();
    assert_eq!(read, Reading::Nothing(String::new()));
    let written = host
        .write(&id("well"), &message(Kind::Question), &party)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(written.path, "/x");
    let fault = host.read(&id("trap"), document(b"x"), &party).await.unwrap_err();
    assert!(matches!(fault, AdapterFault::Trapped { .. }), "{fault}");
    let fault = host.read(&id("no-json"), document(b"x"), &party).await.unwrap_err();
    assert!(matches!(fault, AdapterFault::Broken { .. }), "{fault}");
    let fault = host
        .write(&id("path"), &message(Kind::Question), &party)
        .await
        .unwrap_err();
    assert!(matches!(fault, AdapterFault::Broken { .. }), "{fault}");
    assert_eq!(host.installed()[0].inspection.contract, OLD_CONTRACT);
}

#[tokio::test]
async fn a_defect_has_a_code_and_no_value() {
    let dir = tempfile::tempdir().unwrap();
    let plugins = vec![PinnedAdapter {
        id: id("defect"),
        path: guests::put(dir.path(), "defect", &guests::hostile("defect")),
        sha256: None,
    }];
    let host = Host::new(HostOptions {
        plugins,
        ..HostOptions::default()
    })
    .unwrap();
    let fault = host
        .read(&id("defect"), document(b"x"), &context("party"))
        .await
        .unwrap_err();
    assert_eq!(
        (fault.code(), fault.to_string().contains("31777207884")),
        ("BL-3034", false),
        "{fault}"
    );
}

#[test]
fn what_is_no_component_of_the_contract_is_refused_in_words() {
    let dir = tempfile::tempdir().unwrap();
    for (bytes, word) in [
        (b"<xml/>".to_vec(), "at byte 0"),
        (wat::parse_str("(module)").unwrap(), "core module"),
    ] {
        let error = refused(dir.path(), &bytes, None);
        assert!(
            matches!(&error, HostError::NotAComponent { what, .. } if what.to_string().contains(word)),
            "{error}"
        );
    }
    let whole = guests::hostile("trap");
    for cut in [whole.len() / 4, whole.len() / 3, whole.len() * 2 / 3] {
        // If the cut leaves whole sections, the contract section is missing.
        assert!(matches!(
            refused(dir.path(), &whole[..cut], None),
            HostError::NotAComponent { .. } | HostError::NoContract { .. }
        ));
    }
    let manifest = bindeledd_manifest::section(&guests::manifest((&[], &[])));
    let text = r#"(component (instance $empty) (export "bindeledd:adapter/translate@1.0.0" (instance $empty)))"#;
    let empty = [wat::parse_str(text).unwrap(), manifest].concat();
    let error = refused(dir.path(), &empty, None);
    assert!(
        matches!(&error, HostError::Unfit { what, .. } if what.to_string().contains("no function `read`")),
        "{error}"
    );
}

#[test]
fn what_wants_something_from_outside_is_refused_with_a_list_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let text = r#"(component
        (import "wasi:clocks/wall-clock@0.2.0" (instance (export "now" (func))))
        (import "wasi:sockets/tcp@0.2.0" (instance (export "connect" (func))))
        (instance $empty) (export "bindeledd:adapter/translate@1.0.0" (instance $empty)))"#;
    let bytes = wat::parse_str(text).unwrap();
    let error = refused(dir.path(), &bytes, None);
    let HostError::Imports { imports, .. } = &error else {
        panic!("{error}")
    };
    assert_eq!(imports, &["wasi:clocks/wall-clock@0.2.0", "wasi:sockets/tcp@0.2.0"]);
    assert!(error.to_string().contains("wasi:sockets/tcp@0.2.0"), "{error}");
    // A function under the name of the contract's own types is found at linking.
    let text = r#"(component (import "bindeledd:adapter/types@0.1.0" (instance (export "now" (func)))))"#;
    let section = bindeledd_manifest::custom_section(OLD_CONTRACT_SECTION, OLD_CONTRACT.as_bytes());
    let bytes = [wat::parse_str(text).unwrap(), section].concat();
    let error = refused(dir.path(), &bytes, None);
    assert!(matches!(error, HostError::Unfit { .. }), "{error}");
}

#[test]
fn a_file_that_is_not_the_pinned_one_is_refused_with_both_digests() {
    let dir = tempfile::tempdir().unwrap();
    let bytes = guests::hostile("trap");
    let pinned = Sha256::of(b"another file");
    let words = refused(dir.path(), &bytes, Some(pinned)).to_string();
    for expected in [
        "x.wasm",
        &pinned.to_string(),
        &Sha256::of(&bytes).to_string(),
        "bindeledd plugin inspect",
    ] {
        assert!(words.contains(expected), "{words}");
    }
}

/// Makes a guest that declares less than it does: the guest reads every document as an answer, and writes every kind.
fn host_declaring(dir: &Path, reads: &[&str], writes: &[&str]) -> Host {
    let answer = bindeledd_catalogue::fixtures::message(Kind::Answer)
        .unwrap()
        .draft
        .to_json();
    let messages = serde_json::json!({ "messages": [answer] }).to_string();
    let text = messages.replace('\\', "\\\\").replace('"', "\\\"");
    let size = messages.len();
    let exports = format!(
        "(func (export \"read\") (param i32 i32 i32 i32 i32 i32 i32) (result i32) (call $messages (i32.const 8192) (i32.const {size})))\n\
         (data (i32.const 8192) \"{text}\")"
    );
    let bytes = guests::declaring(&exports, (reads, writes));
    let plugin = PinnedAdapter {
        id: id("undeclared"),
        path: guests::put(dir, "undeclared", &bytes),
        sha256: None,
    };
    Host::new(HostOptions {
        plugins: vec![plugin],
        ..HostOptions::default()
    })
    .unwrap()
}

/// An adapter may read and write only kinds that it declares. Any other kind is refused, and counts against nobody.
#[tokio::test]
async fn kinds_that_are_not_declared_are_neither_read_nor_written() {
    let dir = tempfile::tempdir().unwrap();
    let host = host_declaring(dir.path(), &["question"], &["question"]);
    let adapter = id("undeclared");
    // Thirty calls by as many parties are more than a quarantine needs.
    for n in 0..30_u8 {
        let party = context(&format!("party-{}", n % 5));
        let fault = host.read(&adapter, document(&[n]), &party).await.unwrap_err();
        assert!(
            matches!(&fault, AdapterFault::ReadUndeclared { kind: "answer", .. }),
            "{n}: {fault:?}"
        );
        let fault = host.write(&adapter, &message(Kind::Answer), &party).await.unwrap_err();
        assert!(
            matches!(&fault, AdapterFault::WriteUndeclared { kind: "answer", .. }),
            "{n}: {fault:?}"
        );
        assert!(!fault.is_transient(), "it ends, and does not wait");
    }
    assert!(!host.installed()[0].set_aside);
    let declared = host
        .write(&adapter, &message(Kind::Question), &context("party-0"))
        .await;
    assert!(declared.unwrap().is_ok(), "and what it declares goes on");
    let host = host_declaring(dir.path(), &["answer"], &["answer"]);
    assert!(host.read(&adapter, document(b"x"), &context("party-0")).await.is_ok());
    assert!(
        host.write(&adapter, &message(Kind::Answer), &context("party-0"))
            .await
            .unwrap()
            .is_ok()
    );
}
