//! Installed versions of adapters, and the version in use.

use bindeledd_core::AdapterId;
use bindeledd_core::adapter_life::{
    AdapterDigest, AdapterNeeds, Chosen, NotInstalled, NotRemoved, NotSwitched, VERSIONS_AT_MOST,
};
use bindeledd_engine::ports::{Actor, AdapterFacts, NewAdapterVersion, SwitchOrder};

use crate::TestStore;
use crate::world::{World, at};

const BY: Actor = Actor::Operator;

fn gp() -> AdapterId {
    AdapterId::parse("gp-dialogmelding").unwrap()
}

const fn digest(n: u8) -> AdapterDigest {
    AdapterDigest([n; 32])
}

fn needs(credentials: &[&str]) -> AdapterNeeds {
    AdapterNeeds {
        reads: ["question".to_owned()].into(),
        credentials: credentials.iter().map(|name| (*name).to_owned()).collect(),
        ..AdapterNeeds::default()
    }
}

fn new(n: u8) -> NewAdapterVersion {
    NewAdapterVersion {
        adapter: gp(),
        sha256: digest(n),
        version: format!("0.{n}.0"),
        contract: "0.2".into(),
        bytes: 700_000,
        needs: needs(&[]),
        signed_by: Some("RWRU".into()),
        why: Some("the new form".into()),
    }
}

fn order(to: Option<Chosen>) -> SwitchOrder {
    SwitchOrder {
        adapter: gp(),
        to,
        seen: None,
        grant: false,
        configured: Some(needs(&[])),
        why: Some("the new form".into()),
    }
}

const fn version(n: u8) -> Option<Chosen> {
    Some(Chosen::Installed(digest(n)))
}

async fn facts<P: TestStore>(world: &World<P>) -> AdapterFacts {
    world
        .store()
        .adapter_facts()
        .await
        .unwrap()
        .remove(&gp())
        .unwrap_or_default()
}

async fn rows<P: TestStore>(world: &World<P>, action: &str) -> Vec<serde_json::Value> {
    let rows = world.store().audit(1, 10_000).await.unwrap();
    let of_action = rows.into_iter().filter(|row| row.action == action);
    of_action
        .map(|row| serde_json::from_str(&row.detail).unwrap())
        .collect()
}

/// An installed version is there after a reopen, with its facts. A repetition changes nothing.
pub async fn an_installed_version_comes_back_with_its_facts<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    assert_eq!(facts(&world).await, AdapterFacts::default());
    assert_eq!(
        world.store().install_adapter(&new(1), &BY, at(1)).await.unwrap(),
        Ok(true)
    );
    assert_eq!(
        world.store().install_adapter(&new(1), &BY, at(2)).await.unwrap(),
        Ok(false)
    );
    world.reopen();
    let facts = facts(&world).await;
    let [stored] = facts.versions.as_slice() else {
        panic!("{facts:?}")
    };
    assert_eq!((&stored.new, stored.at, &stored.by), (&new(1), at(1), &BY));
    assert_eq!(stored.granted_at, None);
    assert_eq!(facts.versions(Some(needs(&[]))).in_use(), Some(Chosen::Configured));
    let audited = rows(&world, "adapter.installed").await;
    assert_eq!(audited.len(), 1);
    assert_eq!(audited[0]["reason"], "the new form");
    assert_eq!(audited[0]["signedBy"], "RWRU");
}

/// The version in use is the one of the newest switch, and each way back leads one version further back.
pub async fn the_version_in_use_is_that_of_the_newest_switch<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    for n in [1, 2] {
        world
            .store()
            .install_adapter(&new(n), &BY, at(1))
            .await
            .unwrap()
            .unwrap();
        let switched = world
            .store()
            .switch_adapter(&order(version(n)), &BY, at(2))
            .await
            .unwrap();
        assert_eq!(switched.unwrap().to, version(n).unwrap());
    }
    let again = world
        .store()
        .switch_adapter(&order(version(2)), &BY, at(3))
        .await
        .unwrap();
    assert!(again.unwrap().changes_nothing());
    world.reopen();
    assert_eq!(facts(&world).await.switches.len(), 2);
    for expected in [version(1), Some(Chosen::Configured)] {
        let back = world.store().switch_adapter(&order(None), &BY, at(4)).await.unwrap();
        assert_eq!(Some(back.unwrap().to), expected);
    }
    let back = world.store().switch_adapter(&order(None), &BY, at(5)).await.unwrap();
    assert_eq!(back, Err(NotSwitched::NothingBefore));
    assert_eq!(rows(&world, "adapter.used").await.len(), 2);
    let back = rows(&world, "adapter.rolled-back").await;
    assert_eq!(back.len(), 2);
    assert_eq!(
        (&back[1]["sha256"], &back[1]["from"]),
        (&"configured".into(), &digest(1).to_string().into())
    );
    let log = facts(&world).await.switches;
    assert!(log.iter().all(|switch| switch.by == BY && switch.why.is_some()));
    assert_eq!(
        log.iter().map(|switch| switch.back).collect::<Vec<_>>(),
        [false, false, true, true]
    );
}

/// Somebody who saw another version in use changes nothing. So does a version that waits for a grant.
pub async fn a_switch_that_is_refused_writes_nothing<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let wider = NewAdapterVersion {
        needs: needs(&["archive"]),
        ..new(1)
    };
    world
        .store()
        .install_adapter(&wider, &BY, at(1))
        .await
        .unwrap()
        .unwrap();
    let waits = NotSwitched::NeedsGrant(AdapterNeeds {
        reads: [].into(),
        ..needs(&["archive"])
    });
    let mut wish = order(version(1));
    assert_eq!(
        world.store().switch_adapter(&wish, &BY, at(2)).await.unwrap(),
        Err(waits)
    );
    wish.grant = true;
    wish.seen = version(7);
    let late = world.store().switch_adapter(&wish, &BY, at(2)).await.unwrap();
    assert_eq!(late, Err(NotSwitched::Meanwhile));
    assert_eq!(facts(&world).await.switches, []);
    assert_eq!(rows(&world, "adapter.used").await.len(), 0);
    wish.seen = Some(Chosen::Configured);
    let granted = world.store().switch_adapter(&wish, &BY, at(3)).await.unwrap();
    assert!(!granted.unwrap().grants.is_empty());
    assert_eq!(rows(&world, "adapter.used").await[0]["granted"], "credentials archive");
    assert_eq!(facts(&world).await.versions[0].granted_at, Some(at(3)));
}

/// A version that is not in use can be removed. Its file stays as long as another adapter has the same one.
pub async fn a_version_is_removed_unless_it_is_in_use<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let other = AdapterId::parse("gp-other").unwrap();
    let shared = NewAdapterVersion {
        adapter: other.clone(),
        ..new(1)
    };
    for new in [&new(1), &new(2), &shared] {
        world.store().install_adapter(new, &BY, at(1)).await.unwrap().unwrap();
    }
    world
        .store()
        .switch_adapter(&order(version(2)), &BY, at(2))
        .await
        .unwrap()
        .unwrap();
    let remove = async |adapter: &AdapterId, n| {
        let removed = world
            .store()
            .remove_adapter(adapter, digest(n), Some("replaced"), &BY, at(3))
            .await;
        removed.unwrap()
    };
    assert_eq!(remove(&gp(), 2).await, Err(NotRemoved::InUse));
    assert_eq!(remove(&gp(), 9).await, Err(NotRemoved::Unknown));
    assert_eq!(remove(&gp(), 1).await, Ok(true));
    assert_eq!(remove(&other, 1).await, Ok(false));
    assert_eq!(rows(&world, "adapter.removed").await.len(), 2);
    assert_eq!(facts(&world).await.versions.len(), 1);
}

/// An adapter has so many versions at most.
pub async fn an_adapter_has_a_bounded_number_of_versions<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let most = u8::try_from(VERSIONS_AT_MOST).unwrap();
    for n in 1..=most {
        assert_eq!(
            world.store().install_adapter(&new(n), &BY, at(1)).await.unwrap(),
            Ok(true)
        );
    }
    let one_more = world.store().install_adapter(&new(most + 1), &BY, at(2)).await.unwrap();
    assert_eq!(one_more, Err(NotInstalled::TooMany));
}
