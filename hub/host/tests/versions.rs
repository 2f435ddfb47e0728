//! Versions of one adapter side by side, and the switch between them.
#![expect(clippy::unwrap_used, reason = "a test says by failing what it needed")]

#[expect(dead_code, reason = "other tests read documents and settle")]
mod common;
#[expect(dead_code, reason = "other tests take the hostile guests")]
mod guests;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bindeledd_core::adapter_life::{AdapterDigest, Chosen};
use bindeledd_core::{AdapterId, Kind};
use bindeledd_engine::ports::{
    AdapterFault, AdapterKeeper as _, Adapters, KeepFault, ShadowEnd, ShadowOrder, ShadowReport,
};
use bindeledd_host::{ChildCompiler, CompiledCache, HostOptions, LiveHost, PinnedAdapter};
use common::{context, message};
use jiff::Timestamp;

fn id() -> AdapterId {
    AdapterId::parse("hostile").unwrap()
}

/// A guest that writes every message to this path of two characters.
fn guest(path: &str) -> Vec<u8> {
    let exports = format!(
        "(func (export \"write\") (param i32 i32 i32 i32) (result i32) (i32.store8 (i32.const 20) (i32.const 1)) \
        (i32.store (i32.const 24) (i32.const 40000)) (i32.store (i32.const 28) (i32.const 2)) (i32.const 16))\n\
        (data (i32.const 40000) \"{path}\")"
    );
    guests::component(&exports)
}

fn live(dir: &Path) -> LiveHost {
    let plugins = vec![PinnedAdapter {
        id: id(),
        path: guests::put(dir, "hostile", &guest("/a")),
        sha256: None,
    }];
    let options = HostOptions {
        plugins,
        ..HostOptions::default()
    };
    LiveHost::new(options, dir.join("adapters")).unwrap()
}

async fn path(adapters: &dyn Adapters) -> String {
    let written = adapters
        .write(&id(), &message(Kind::Question), &context("nordvik-aft"))
        .await;
    written.unwrap().unwrap().path
}

#[tokio::test]
async fn a_call_sees_the_version_that_is_in_use_and_a_fixed_one_stays() {
    let dir = tempfile::tempdir().unwrap();
    let live = live(dir.path());
    let kept = live.keep(&id(), &guest("/b")).unwrap();
    assert_eq!(path(&live).await, "/a", "an installed version is not yet in use");
    let before = live.fixed(&id(), None).unwrap();
    let old = live.sha256(&id()).unwrap();
    live.choose(&id(), Chosen::Installed(kept.sha256)).unwrap();
    assert_eq!(path(&live).await, "/b");
    assert_eq!(live.sha256(&id()), Some(kept.sha256.0));
    assert_eq!(path(&*before).await, "/a", "what began on the old version ends on it");
    assert_eq!(
        path(&*live.fixed(&id(), Some(old)).unwrap()).await,
        "/a",
        "the version that wrote"
    );
    assert_eq!(
        path(&*live.fixed(&id(), Some([9; 32])).unwrap()).await,
        "/b",
        "the one in use, if the other is gone"
    );
    live.choose(&id(), Chosen::Configured).unwrap();
    assert_eq!(path(&live).await, "/a");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_under_way_never_see_two_versions() {
    let dir = tempfile::tempdir().unwrap();
    let live = Arc::new(live(dir.path()));
    let kept = live.keep(&id(), &guest("/b")).unwrap();
    let old = live.sha256(&id()).unwrap();
    let ends = Arc::new(AtomicBool::new(false));
    let callers: Vec<_> = (0..3)
        .map(|_| {
            let (live, ends) = (Arc::clone(&live), Arc::clone(&ends));
            tokio::spawn(async move {
                let mut calls = 0;
                while !ends.load(Ordering::Relaxed) || calls < 20 {
                    let fixed = live.fixed(&id(), None).unwrap();
                    let expected = if fixed.sha256(&id()) == Some(old) { "/a" } else { "/b" };
                    assert_eq!(path(&*fixed).await, expected);
                    assert_eq!(path(&*fixed).await, expected);
                    calls += 1;
                }
            })
        })
        .collect();
    for n in 0..200 {
        let to = [Chosen::Installed(kept.sha256), Chosen::Configured][n % 2];
        live.choose(&id(), to).unwrap();
        tokio::task::yield_now().await;
    }
    ends.store(true, Ordering::Relaxed);
    for caller in callers {
        caller.await.unwrap();
    }
}

#[tokio::test]
async fn a_new_process_finds_the_files_and_removes_those_of_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let kept = live(dir.path()).keep(&id(), &guest("/b")).unwrap().sha256;
    let other = live(dir.path()).keep(&id(), &guest("/c")).unwrap().sha256;
    let file = |sha256: AdapterDigest| dir.path().join("adapters").join(format!("{sha256}.wasm"));
    fs::write(dir.path().join("adapters").join(format!("{kept}.wasm.new")), "half").unwrap();
    let live = live(dir.path());
    live.tidy(&[kept].into());
    assert!(file(kept).exists() && !file(other).exists());
    assert_eq!(fs::read_dir(dir.path().join("adapters")).unwrap().count(), 1);
    assert_eq!(
        live.choose(&id(), Chosen::Installed(kept)),
        Err(KeepFault::Missing),
        "it is not loaded"
    );
    live.load(&id(), kept).unwrap();
    live.choose(&id(), Chosen::Installed(kept)).unwrap();
    assert_eq!(path(&live).await, "/b");
}

#[tokio::test]
async fn a_file_that_was_changed_on_disk_is_not_loaded() {
    let dir = tempfile::tempdir().unwrap();
    let kept = live(dir.path()).keep(&id(), &guest("/b")).unwrap().sha256;
    fs::write(dir.path().join("adapters").join(format!("{kept}.wasm")), guest("/c")).unwrap();
    let live = live(dir.path());
    assert_eq!(live.load(&id(), kept).unwrap_err().code(), "BL-3011");
    live.set_aside(&id());
    let written = live
        .write(&id(), &message(Kind::Question), &context("nordvik-aft"))
        .await;
    assert_eq!(written, Err(AdapterFault::NotLoaded("hostile".into())));
    assert!(written.unwrap_err().is_transient(), "its messages wait");
    live.choose(&id(), Chosen::Configured).unwrap();
    assert_eq!(path(&live).await, "/a");
}

#[test]
fn what_is_no_adapter_or_finds_no_room_leaves_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let live = live(dir.path());
    assert_eq!(live.keep(&id(), b"no component").unwrap_err().code(), "BL-3012");
    assert_eq!(fs::read_dir(dir.path().join("adapters")).unwrap().count(), 0);
    fs::remove_dir(dir.path().join("adapters")).unwrap();
    // A folder that can not be made stands for a disk that can not be written.
    fs::write(dir.path().join("adapters"), "a file").unwrap();
    assert!(matches!(live.keep(&id(), &guest("/b")), Err(KeepFault::Disk(_))));
}

#[tokio::test]
async fn a_compiler_that_dies_sets_one_adapter_aside_and_not_the_hub() {
    let dir = tempfile::tempdir().unwrap();
    let plugins = vec![PinnedAdapter {
        id: id(),
        path: guests::put(dir.path(), "hostile", &guest("/a")),
        sha256: None,
    }];
    let cache = CompiledCache {
        dir: dir.path().join("compiled"),
        key: [1; 32],
        compiler: Some(ChildCompiler {
            program: "/bin/false".into(),
        }),
    };
    let options = HostOptions {
        plugins,
        cache: Some(cache),
        ..HostOptions::default()
    };
    let live = LiveHost::new(options, dir.path().join("adapters")).unwrap();
    assert_eq!(live.aside(), [id()].into());
    let fault = live.manifest(&id()).await.unwrap_err();
    assert_eq!(fault.code(), "BL-3032");
    assert_eq!(live.keep(&id(), &guest("/b")).unwrap_err().code(), "BL-3048");
}

fn shadow_of(version: AdapterDigest, most: Option<u64>) -> ShadowOrder {
    ShadowOrder {
        version,
        beside: Chosen::Configured,
        lasts: Duration::from_secs(3600),
        most,
        now: Timestamp::UNIX_EPOCH,
    }
}

/// Waits until the shadow has dealt with this many documents.
async fn dealt_with(live: &LiveHost, documents: u64) -> ShadowReport {
    let until = tokio::time::Instant::now() + Duration::from_secs(60);
    loop {
        let report = live.shadow_report(&id()).unwrap();
        if report.documents + report.dropped >= documents {
            return report;
        }
        assert!(tokio::time::Instant::now() < until, "{report:?}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_shadow_gets_the_same_calls_and_its_output_is_told_by_counts_and_paths() {
    let dir = tempfile::tempdir().unwrap();
    let live = live(dir.path());
    assert!(live.shadow_report(&id()).is_none());
    let kept = live.keep(&id(), &guest("/b")).unwrap().sha256;
    live.shadow(&id(), &shadow_of(kept, None)).unwrap();
    for n in 1..=3 {
        assert_eq!(path(&live).await, "/a", "the version in use answers");
        let report = dealt_with(&live, n).await;
        assert_eq!((report.documents, report.different, report.same), (n, n, 0));
    }
    let report = live.shadow_report(&id()).unwrap();
    assert_eq!(report.paths, [("write path".to_owned(), 3)].into());
    assert!(!format!("{report:?}").contains("/b"), "a report has no value");
    live.choose(&id(), Chosen::Installed(kept)).unwrap();
    assert_eq!(path(&live).await, "/b");
    assert_eq!(live.shadow_report(&id()).unwrap().ended, Some(ShadowEnd::Switch));
    assert_eq!(live.shadow_report(&id()).unwrap().documents, 3);
}

#[tokio::test]
async fn a_shadow_ends_after_its_documents_and_its_failures_count_nowhere() {
    let dir = tempfile::tempdir().unwrap();
    let live = live(dir.path());
    let trap =
        "(func (export \"write\") (param i32 i32 i32 i32) (result i32) unreachable)\n(data (i32.const 40000) \"/x\")";
    let kept = live.keep(&id(), &guests::component(trap)).unwrap().sha256;
    live.shadow(&id(), &shadow_of(kept, Some(2))).unwrap();
    for n in 1..=2 {
        assert_eq!(path(&live).await, "/a");
        dealt_with(&live, n).await;
    }
    for _ in 0..30 {
        assert_eq!(path(&live).await, "/a");
    }
    let report = live.shadow_report(&id()).unwrap();
    assert_eq!(report.ended, Some(ShadowEnd::Documents));
    assert_eq!(report.faults, [("BL-3002".to_owned(), 2)].into());
    assert!(live.listed().iter().all(|listed| !listed.set_aside));
    assert!(!live.end_shadow(&id(), ShadowEnd::Person), "it has ended already");
    live.choose(&id(), Chosen::Installed(kept)).unwrap();
    let written = live
        .write(&id(), &message(Kind::Question), &context("nordvik-aft"))
        .await;
    assert_eq!(
        written.unwrap_err().code(),
        "BL-3002",
        "in use, it begins with a clean record"
    );
}

#[tokio::test]
async fn a_shadow_with_the_same_output_differs_in_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let live = live(dir.path());
    let mut same = guest("/a");
    // A section that nobody reads makes another digest.
    same.extend([0, 3, 1, b'n', b'1']);
    let kept = live.keep(&id(), &same).unwrap().sha256;
    live.shadow(&id(), &shadow_of(kept, None)).unwrap();
    path(&live).await;
    let report = dealt_with(&live, 1).await;
    assert_eq!((report.same, report.different), (1, 0));
    assert!(live.end_shadow(&id(), ShadowEnd::Person));
    path(&live).await;
    assert_eq!(live.shadow_report(&id()).unwrap().documents, 1);
}
