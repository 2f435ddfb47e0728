//! Versions of parties: every change of a set-up stays, with its actor and its time.

use bindeledd_core::{AccountId, EndpointAddress, Party, PartyKind, Revision, VersionNumber};
use bindeledd_engine::ports::{Actor, PartyRevision, PartyVersion};
use uuid::Uuid;

use crate::TestStore;
use crate::world::{AFT, GP, World, at, id, party};

fn number(n: u32) -> VersionNumber {
    VersionNumber::new(n).unwrap()
}

fn person() -> Actor {
    Actor::Person(AccountId(Uuid::from_u128(7)))
}

async fn versions<P: TestStore>(world: &World<P>) -> Vec<PartyVersion> {
    world.store().party_versions(&id(GP), None, 100).await.unwrap()
}

async fn gp<P: TestStore>(world: &World<P>) -> Party {
    let parties = world.store().parties().await.unwrap();
    parties.into_iter().find(|party| party.id == id(GP)).unwrap()
}

fn moved(address: &str) -> Party {
    let mut moved = party(GP, PartyKind::Gp);
    moved.endpoint.as_mut().unwrap().address = EndpointAddress::parse(address);
    moved
}

fn change(party: Party, built_on: u32) -> PartyRevision {
    PartyRevision {
        party,
        built_on: number(built_on),
        back_to: None,
        why: None,
    }
}

/// Every change of a set-up makes a version. A repetition, a pause and a suspension make none.
pub async fn every_change_of_a_set_up_makes_a_version<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    let first = versions(&world).await;
    assert_eq!(first.len(), 1);
    assert_eq!(
        (first[0].number, &first[0].made),
        (number(1), &Some((at(0), Actor::Operator)))
    );
    assert_eq!(first[0].party, party(GP, PartyKind::Gp));

    let new = moved("https://nye.example/inn");
    world.store().put_party(&new, &person(), at(1)).await.unwrap();
    world.store().put_party(&new, &Actor::Operator, at(2)).await.unwrap();
    let by = Actor::Operator;
    world.store().set_paused(&id(GP), true, &by, at(3)).await.unwrap();
    world.store().set_suspended(&id(GP), true, &by, at(3)).await.unwrap();
    world
        .store()
        .put_party(
            &Party {
                paused: true,
                ..new.clone()
            },
            &by,
            at(4),
        )
        .await
        .unwrap();
    world.reopen();
    let list = versions(&world).await;
    let made: Vec<_> = list.iter().map(|v| (v.number, v.made.clone().unwrap())).collect();
    assert_eq!(
        made,
        [(number(2), (at(1), person())), (number(1), (at(0), Actor::Operator))]
    );
    assert_eq!(list[0].party, new, "a version has no pause and no suspension");
    assert_eq!(list[1].party, party(GP, PartyKind::Gp));
    let others = world.store().party_versions(&id(AFT), None, 100).await.unwrap();
    assert_eq!(others.len(), 1, "versions are a party's own");
    assert_eq!(
        world.store().party_versions(&id("ingen-slik"), None, 9).await.unwrap(),
        []
    );
    let older = world.store().party_versions(&id(GP), Some(number(2)), 9).await.unwrap();
    assert_eq!(older, list[1..]);
    assert_eq!(world.store().party_versions(&id(GP), None, 1).await.unwrap(), list[..1]);
}

/// A change that was built on an older version is not made. Nothing else is either.
pub async fn a_change_that_was_built_on_an_older_version_is_not_made<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let by = person();
    let (new, late) = (moved("https://nye.example/inn"), moved("https://sen.example/inn"));
    let revise =
        async |revision: PartyRevision, now| world.store().revise_party(&revision, &by, at(now)).await.unwrap();
    assert_eq!(revise(change(new.clone(), 1), 1).await, Some(Revision::New(number(2))));
    let before = world.audit().await.len();
    assert_eq!(
        revise(change(late.clone(), 1), 2).await,
        Some(Revision::SomebodyElse(number(2)))
    );
    assert_eq!(
        revise(change(late.clone(), 3), 2).await,
        Some(Revision::SomebodyElse(number(2)))
    );
    assert_eq!(revise(change(new.clone(), 2), 2).await, Some(Revision::Same(number(2))));
    let nobody = Party {
        id: id("ingen-slik"),
        ..late
    };
    assert_eq!(revise(change(nobody, 1), 2).await, None);
    assert_eq!(
        world.audit().await.len(),
        before,
        "a change that is not made leaves no row"
    );
    assert_eq!((versions(&world).await.len(), gp(&world).await), (2, new));
    assert_eq!(world.store().parties().await.unwrap().len(), 4, "no party came to be");
}

/// A roll back is a version of its own with the old set-up, and leaves pause and suspension as they are.
pub async fn a_roll_back_brings_a_set_up_back_and_no_hold<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let (old, new) = (party(GP, PartyKind::Gp), moved("https://nye.example/inn"));
    world.store().put_party(&new, &Actor::Operator, at(1)).await.unwrap();
    world
        .store()
        .set_paused(&id(GP), true, &Actor::Operator, at(2))
        .await
        .unwrap();
    world
        .store()
        .set_suspended(&id(GP), true, &Actor::Operator, at(2))
        .await
        .unwrap();
    let back = PartyRevision {
        back_to: Some(number(1)),
        why: Some("den nye adressen svarer ikke".to_owned()),
        ..change(old.clone(), 2)
    };
    let done = world.store().revise_party(&back, &person(), at(3)).await.unwrap();
    assert_eq!(done, Some(Revision::New(number(3))));
    let newest = &versions(&world).await[0];
    assert_eq!(
        (newest.back_to, newest.why.as_deref()),
        (Some(number(1)), back.why.as_deref())
    );
    assert_eq!(newest.party, old);
    let now = gp(&world).await;
    assert!(now.paused && now.suspended && now.has_set_up_of(&old), "{now:?}");
    let row = world.audit().await.pop().unwrap();
    assert_eq!(
        (row.action.as_str(), row.actor),
        ("party-rolled-back", person().to_string())
    );
    for part in ["\"version\":3", "\"backTo\":1", "den nye adressen"] {
        assert!(row.detail.contains(part), "{part}: {}", row.detail);
    }
    let again = world.store().revise_party(&back, &person(), at(4)).await.unwrap();
    assert_eq!(
        again,
        Some(Revision::SomebodyElse(number(3))),
        "a second click changes nothing"
    );
}

/// A version leaves when it was replaced long ago. The newest one stays, however old it is.
pub async fn a_version_leaves_when_it_was_replaced_long_ago<P: TestStore>(make: impl Fn() -> P) {
    const DAY: i64 = 86_400;
    let world = World::new(make()).await;
    let changed = [
        (moved("https://nye.example/inn"), 1),
        (moved("https://enda.example/inn"), 10 * DAY),
    ];
    for (changed, now) in changed {
        world.store().put_party(&changed, &person(), at(now)).await.unwrap();
    }
    let left = async |now| {
        world.store().sweep(at(now)).await.unwrap();
        let versions = versions(&world).await;
        versions.iter().map(|version| version.number.get()).collect::<Vec<_>>()
    };
    assert_eq!(left(400 * DAY).await, [3, 2, 1]);
    assert_eq!(left(401 * DAY).await, [3, 2]);
    assert_eq!(left(9000 * DAY).await, [3]);
    world
        .store()
        .put_party(&party(GP, PartyKind::Gp), &person(), at(9000 * DAY))
        .await
        .unwrap();
    assert_eq!(left(9001 * DAY).await, [4, 3], "numbers go on");
}
