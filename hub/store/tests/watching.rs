//! A second place that can not be written raises one alert, and only if the failure lasts.

mod place;

use std::fs;
use std::time::Duration;

use bindeledd_core::alert::{AlertKind, Severity};
use bindeledd_core::audit::AuditAction;
use bindeledd_engine::ports::{AlertFilter, Records as _, Upkeep as _, Views as _};
use bindeledd_store::{AuditOptions, SqliteOptions, SqliteStore};
use bindeledd_store_contract::world::at;
use place::Disk;
use tempfile::TempDir;

#[tokio::test]
async fn a_second_place_that_stays_away_is_told_of_once() {
    let (disk, second) = (Disk::new(), TempDir::new().unwrap());
    let folder = second.path().join("place");
    let options = SqliteOptions {
        audit: AuditOptions {
            checkpoint_file: Some(folder.join("checkpoint")),
            every: Duration::from_secs(10),
            ..AuditOptions::default()
        },
        ..disk.options()
    };
    let store = SqliteStore::open(options).unwrap();
    // Every sweep adds a row to the log, so that there is always a row to witness.
    let pass = async |from: i64, until: i64| {
        for now in (from..until).step_by(30) {
            store
                .note(
                    AuditAction::InboxRead,
                    &bindeledd_engine::ports::Actor::Hub,
                    &serde_json::json!({}),
                    at(now),
                )
                .await
                .unwrap();
            store.sweep(at(now)).await.unwrap();
        }
    };
    let behind = async || {
        let filter = AlertFilter {
            kind: Some(AlertKind::CheckpointBehind),
            party: None,
            state: None,
            before: None,
            limit: 10,
        };
        store.alerts(&filter).await.unwrap()
    };
    let aside = second.path().join("aside");
    let take_away = || {
        fs::rename(&folder, &aside).unwrap();
        fs::write(&folder, "in the way").unwrap();
    };
    let bring_back = || {
        fs::remove_file(&folder).unwrap();
        fs::rename(&aside, &folder).unwrap();
    };
    pass(0, 3600).await;
    assert_eq!(behind().await, []);
    // The second place is missing for some minutes, like a share that is mounted again.
    take_away();
    pass(3600, 4200).await;
    bring_back();
    pass(4200, 6000).await;
    assert_eq!(behind().await, []);
    take_away();
    pass(6000, 10_000).await;
    let told = behind().await;
    assert_eq!((told.len(), told[0].kind.severity()), (1, Severity::Now));
    bring_back();
    pass(10_000, 10_200).await;
    take_away();
    pass(10_200, 12_000).await;
    assert_eq!(behind().await.len(), 2, "the next time is told again");
}

#[tokio::test]
async fn a_hub_without_a_second_place_is_never_behind() {
    let disk = Disk::new();
    let store = SqliteStore::open(disk.options()).unwrap();
    for now in (0..20_000).step_by(60) {
        store.sweep(at(now)).await.unwrap();
    }
    assert_eq!(
        store
            .alerts(&AlertFilter {
                limit: 9,
                ..AlertFilter::default()
            })
            .await
            .unwrap(),
        []
    );
}
