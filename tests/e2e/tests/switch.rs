//! Versions of an adapter are installed, switched and taken back in a running hub, while messages flow.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use bindeledd_e2e::{Load, World, built_binary, cli, eventually, out, person, strength};
use serde_json::{Value, json};

const ADAPTERS: &str = "/v1/admin/adapters";

/// The pinned adapter as another version: a section that nobody reads makes another digest.
fn version(world: &World, n: u8) -> Vec<u8> {
    let mut bytes = fs::read(world.hub.dir().join("plugins/provider-json.wasm")).unwrap();
    bytes.extend([0, 3, 1, b'n', n]);
    bytes
}

async fn install(world: &World, n: u8) -> String {
    let url = format!("{}{ADAPTERS}/provider-json/versions", world.hub.address());
    let request = world.hub.client.post(url).bearer_auth(world.hub.operator_key());
    let request = request
        .header("content-type", "application/wasm")
        .body(version(world, n));
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    answer["sha256"]
        .as_str()
        .unwrap_or_else(|| panic!("{answer}"))
        .to_owned()
}

async fn line(world: &World) -> Value {
    let all = world.hub.operator("GET", ADAPTERS, None).await;
    let mut adapters = all["adapters"].as_array().unwrap().iter();
    adapters
        .find(|adapter| adapter["id"] == "provider-json")
        .unwrap()
        .clone()
}

async fn post(world: &World, act: &str, body: &Value) -> (u16, Value) {
    let path = format!("{ADAPTERS}/provider-json/{act}");
    world
        .hub
        .call(Some(world.hub.operator_key()), "POST", &path, Some(body))
        .await
}

/// The names of the files of installed versions.
fn files(world: &World) -> Vec<String> {
    let entries = fs::read_dir(world.hub.dir().join("data/adapters"))
        .into_iter()
        .flatten();
    let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_flow_nothing_is_lost_doubled_or_changed_by_switches() {
    let messages = strength(2_000, 15_000);
    let mut world = World::new(&[]).await;
    let (address, receiver) = world.counterpart("provider", &["--record", "summary"]).await;
    let key = world.provider("nordvik", Some(&address), json!({})).await;
    world.provider("havna", Some(&address), json!({})).await;
    let people: Vec<String> = (0..20).map(person).collect();
    for person in &people {
        world.consent(person, &[("nordvik", "havna", &["progress"])]).await;
    }
    let versions = [install(&world, 1).await, install(&world, 2).await];
    let load = Load {
        url: format!("{}/v1/parties/nordvik/documents", world.hub.address()),
        key,
        to: "havna".into(),
        people,
        callers: 8,
        first: 0,
        count: messages,
    };
    let (acknowledged, is_over) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let client = world.hub.client.clone();
    let sending = {
        let (acknowledged, is_over) = (Arc::clone(&acknowledged), Arc::clone(&is_over));
        tokio::spawn(async move {
            let sent = load.run(&client, &acknowledged).await;
            is_over.store(true, Ordering::Relaxed);
            sent
        })
    };
    let mut switches = 0;
    while !is_over.load(Ordering::Relaxed) || switches < 4 {
        let (act, body) = match switches % 4 {
            0 => ("use", json!({"version": versions[0]})),
            1 => ("use", json!({"version": versions[1]})),
            _ => ("rollback", json!({})),
        };
        let (status, answer) = post(&world, act, &body).await;
        assert_eq!(status, 200, "{answer}");
        assert_eq!(answer["switched"], true, "{answer}");
        switches += 1;
    }
    assert_eq!(sending.await.unwrap().len(), messages);
    let all = eventually(Duration::from_secs(120), || async {
        let summary = receiver.summary().await.unwrap();
        (summary["distinct"].as_u64().unwrap() >= messages as u64).then_some(summary)
    });
    let summary = all.await.unwrap();
    println!("{switches} switches; arrivals {summary}");
    assert_eq!(
        (&summary["distinct"], &summary["changed"]),
        (&json!(messages), &json!(0))
    );
    assert_eq!(
        (&summary["total"], &summary["repeated"]),
        (&json!(messages), &json!(0)),
        "nothing arrived twice"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_at_any_moment_leaves_one_version_in_use_and_no_file_of_nobody() {
    let mut world = World::new(&[]).await;
    let (address, receiver) = world.counterpart("provider", &[]).await;
    let key = world.provider("nordvik", None, json!({})).await;
    world.provider("havna", Some(&address), json!({})).await;
    let who = person(0);
    world.consent(&who, &[("nordvik", "havna", &["progress"])]).await;
    let mut installed = vec![install(&world, 1).await];
    for round in 0..6_u64 {
        let n = 2 + u8::try_from(round).unwrap();
        // Half of the kills meet an installation, and half a switch. Each comes a little later than the one before.
        let work = async {
            if round % 2 == 0 {
                install(&world, n).await;
            } else {
                let target = installed[usize::try_from(round).unwrap() % installed.len()].clone();
                post(&world, "use", &json!({"version": target})).await;
            }
        };
        let _ = tokio::time::timeout(Duration::from_millis(3 * round), work).await;
        world.hub.kill();
        world.hub.restart().await;
        let line = line(&world).await;
        let in_use = line["inUse"].as_str().unwrap();
        let versions = line["versions"].as_array().unwrap();
        assert_eq!(versions.iter().filter(|v| v["inUse"] == true).count(), 1, "{line}");
        assert_eq!(line["notLoaded"], false, "{line}");
        installed = versions
            .iter()
            .filter(|v| v["configured"] == false)
            .map(|v| v["sha256"].as_str().unwrap().to_owned())
            .collect();
        assert!(in_use == "configured" || installed.iter().any(|v| v == in_use));
        let mut rows: Vec<_> = installed.iter().map(|sha256| format!("{sha256}.wasm")).collect();
        rows.sort();
        assert_eq!(files(&world), rows);
        world.send_progress_to("havna", &key, &who, &format!("r{round}")).await;
        let place = usize::try_from(round).unwrap();
        assert!(receiver.arrival(place, Duration::from_secs(20), |_| true).await.is_ok());
    }
}

/// Writes two samples: a document that both versions read, and one that neither understands.
fn samples(world: &World) -> PathBuf {
    let folder = world.dir.path().join("samples");
    for (name, input) in [("progress", r#"{"type": "ukjent"}"#), ("cut", "{ cut")] {
        fs::create_dir_all(folder.join(name)).unwrap();
        fs::write(folder.join(name).join("input.json"), input).unwrap();
    }
    folder
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_line_installs_tries_switches_and_takes_back() {
    let mut world = World::new(&[]).await;
    let (address, receiver) = world.counterpart("provider", &[]).await;
    let key = world.provider("nordvik", None, json!({})).await;
    world.provider("havna", Some(&address), json!({})).await;
    let who = person(0);
    world.consent(&who, &[("nordvik", "havna", &["progress"])]).await;
    let file = world.dir.path().join("new.wasm");
    fs::write(&file, version(&world, 7)).unwrap();
    let file = file.display().to_string();
    let run = |arguments: &[&str]| {
        let output = cli(&world, &[arguments, &["--url", world.hub.address()]].concat());
        (output.status.code(), out(&output))
    };
    let (code, text) = run(&["plugin", "install", &file, "--running", "--id", "provider-json"]);
    assert_eq!(code, Some(0), "{text}");
    let (code, text) = run(&["--json", "plugin", "list", "--running"]);
    assert_eq!(code, Some(0), "{text}");
    let installed = line(&world).await["versions"][1]["sha256"].as_str().unwrap().to_owned();
    let named = format!("provider-json@{}", &installed[..8]);

    let (code, text) = run(&["plugin", "shadow", &named, "--for", "1h", "--documents", "1"]);
    assert_eq!(code, Some(0), "{text}");
    world.send_progress_to("havna", &key, &who, "r1").await;
    assert!(receiver.arrival(0, Duration::from_secs(20), |_| true).await.is_ok());
    let compared = eventually(Duration::from_secs(20), || async {
        let path = format!("{ADAPTERS}/provider-json/shadow");
        let report = world.hub.operator("GET", &path, None).await;
        (report["runs"] == false).then_some(report)
    });
    let report = compared.await.unwrap();
    assert_eq!(
        (&report["documents"], &report["same"]),
        (&json!(1), &json!(1)),
        "{report}"
    );
    let (code, text) = run(&["plugin", "shadow", "report", "provider-json"]);
    assert_eq!(code, Some(0), "{text}");

    let samples = samples(&world).display().to_string();
    let (code, text) = run(&[
        "plugin",
        "use",
        &named,
        "--replay",
        &samples,
        "--reason",
        "et nytt skjema",
    ]);
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(line(&world).await["inUse"], installed.as_str());
    // A version that somebody saw before the switch is no longer the one in use.
    let (code, text) = run(&["plugin", "use", "provider-json@configured", "--in-use", "configured"]);
    assert_eq!(code, Some(3), "{text}");
    let (code, text) = run(&["plugin", "remove", &named]);
    assert_eq!(code, Some(3), "{text}");
    let (code, text) = run(&["plugin", "rollback", "provider-json"]);
    assert_eq!(code, Some(0), "{text}");
    let (code, text) = run(&["plugin", "rollback", "provider-json"]);
    assert_eq!(code, Some(3), "{text}");
    let (code, text) = run(&["plugin", "remove", &named]);
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(files(&world), [""; 0]);
    // A file that is no adapter changes nothing.
    let stranger = world.dir.path().join("stranger.wasm");
    fs::write(&stranger, "no component").unwrap();
    let stranger = stranger.display().to_string();
    let (code, text) = run(&["plugin", "install", &stranger, "--running", "--id", "provider-json"]);
    assert_eq!(code, Some(3), "{text}");
    assert_eq!(files(&world), [""; 0]);
}

/// Returns the limits of a process, by their names in the kernel's table.
#[cfg(target_os = "linux")]
fn limit(pid: u32, name: &str) -> Option<String> {
    let table = fs::read_to_string(format!("/proc/{pid}/limits")).ok()?;
    let line = table.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next().map(str::to_owned)
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_compiler_limits_itself_before_it_reads_a_component() {
    let mut child = Command::new(built_binary("bindeledd"))
        .args(["compile-adapter", "--memory-bytes", "67108864", "--seconds", "60"])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let pid = child.id();
    let limited = eventually(Duration::from_secs(30), || async {
        (limit(pid, "Max open files")? == "3").then_some(())
    });
    limited.await.unwrap();
    assert_eq!(limit(pid, "Max file size").unwrap(), "0");
    assert_ne!(limit(pid, "Max data size").unwrap(), "unlimited");
    assert_ne!(limit(pid, "Max cpu time").unwrap(), "unlimited");
    drop(child.stdin.take().unwrap().write_all(b"no component"));
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(output.stdout.is_empty() && !output.stderr.is_empty());
}
