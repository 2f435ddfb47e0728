//! Consents, parties and keys.

use bindeledd_core::alert::AlertKind;
use bindeledd_core::confirm::{Confirmation, Confirmer, RestsOn};
use bindeledd_core::consent::{Basis, ConsentStatus, Evidence, GivenBy, Grant, Moment, Period};
use bindeledd_core::notice::EmailAddress;
use bindeledd_core::{Category, ConsentId, HerId, HprNumber, Notify, OrgNumber, PartyKind, Professional, Receivers};
use bindeledd_engine::ports::{Actor, AlertFilter, ApiKey, Confirming, NewConsent, NotRegistered, Scope};

use crate::TestStore;
use crate::world::{AFT, DPS, GP, KARI, NAV, OLA, World, at, consent, grant, id, party, person, progress};

/// A stored consent comes back unchanged, with days as days and instants as instants.
pub async fn a_consent_comes_back_as_it_was_registered<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    let day = |raw: &str| Moment::parse(raw).unwrap();
    let mut new = consent(1, KARI, at(-5), vec![grant(AFT, GP, &[Category::Goals])]);
    new.given_by = GivenBy::Guardian {
        basis: "vedtak 17/2026".into(),
    };
    new.period = Period {
        start: day("2026-01-01"),
        end: Some(day("2027-12-31")),
    };
    new.grants.push(Grant {
        basis: Basis::Duty {
            reference: "arbeidsmarkedsloven § 13".into(),
        },
        period: Some(Period {
            start: day("2026-08-01"),
            end: Some(Moment::Instant(at(77))),
        }),
        confirmed: false,
        ..grant(GP, NAV, &[Category::Function, Category::Outcome])
    });
    let registered = world
        .store()
        .register_consent(new.clone(), &Actor::Party(id(AFT)), at(1))
        .await
        .unwrap()
        .unwrap();
    world.reopen();
    let found = world.store().consent(new.id).await.unwrap().unwrap();
    assert_eq!(found, registered);
    assert_eq!(
        (found.version, found.status, found.participant),
        (1, ConsentStatus::Active, registered.participant)
    );
    assert_eq!(
        (found.given_at, &found.given_by, &found.period),
        (new.given_at, &new.given_by, &new.period)
    );
    assert_eq!((&found.controller, &found.registrar), (&new.controller, &new.registrar));
    assert_eq!(
        (&found.evidence, &found.text_version),
        (&new.evidence, &new.text_version)
    );
    assert_eq!(found.grants, new.grants);
    assert_eq!(
        world.store().participant(&person(KARI)).await.unwrap(),
        Some(found.participant)
    );
    assert_eq!(world.store().participant(&person(OLA)).await.unwrap(), None);
    let ledger = world.store().ledger(found.participant).await.unwrap();
    let mut on_file = ledger.grants;
    on_file.sort_by_key(|g| g.index);
    assert_eq!(on_file, found.on_file());
    assert_eq!((ledger.protected, ledger.withdrawals.len()), (false, 0));
    // The newest consent comes first in the list.
    let newer = consent(2, KARI, at(9), vec![grant(DPS, AFT, &[Category::Goals])]);
    let newer = world
        .store()
        .register_consent(newer, &Actor::Operator, at(9))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        world.store().consents_of(found.participant).await.unwrap(),
        [newer, found]
    );
    let nobody = bindeledd_core::ParticipantRef(uuid::Uuid::from_u128(9));
    assert_eq!(world.store().consents_of(nobody).await.unwrap(), []);
    assert_eq!(world.store().ledger(nobody).await.unwrap().grants, []);
}

/// The same id with the same content is the same consent.
pub async fn the_same_consent_twice_is_one_and_another_content_is_refused<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let new = || consent(1, KARI, at(0), vec![grant(AFT, GP, &[Category::Goals])]);
    let register = async |new| {
        world
            .store()
            .register_consent(new, &Actor::Operator, at(1))
            .await
            .unwrap()
    };
    let first = register(new()).await.unwrap();
    assert_eq!(register(new()).await.unwrap(), first);
    assert_eq!(world.store().consents_of(first.participant).await.unwrap().len(), 1);
    let changes: [fn(&mut NewConsent); 8] = [
        |c| c.participant = person(OLA),
        |c| c.given_at = at(1),
        |c| {
            c.grants[0].categories = c.grants[0]
                .categories
                .union(bindeledd_core::CategorySet::of(&[Category::Meeting]))
        },
        |c| c.grants[0].to = id(NAV),
        |c| c.grants.push(c.grants[0].clone()),
        |c| c.text_version = "2".into(),
        |c| c.evidence.reference = "x".into(),
        |c| c.period.end = Some(Moment::Instant(at(9))),
    ];
    for (i, change) in changes.into_iter().enumerate() {
        let mut other = new();
        change(&mut other);
        assert_eq!(register(other).await, Err(NotRegistered::Taken), "change {i}");
    }
    assert_eq!(world.store().consent(first.id).await.unwrap(), Some(first));
    assert_eq!(world.audited("consent-registered").await, 1);
}

fn unconfirmed(from: &str, to: &str) -> Grant {
    Grant {
        confirmed: false,
        ..grant(from, to, &[Category::Progress])
    }
}

fn by_itself(consent: ConsentId, sender: &str) -> Confirming {
    Confirming {
        consent,
        sender: id(sender),
        receiver: None,
        rests_on: RestsOn::Sender,
        evidence: None,
    }
}

/// A grant that another party registered takes effect when its sender confirms it.
pub async fn a_grant_counts_when_its_sender_has_confirmed_it<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let new = consent(
        1,
        KARI,
        at(0),
        vec![unconfirmed(DPS, GP), unconfirmed(DPS, NAV), unconfirmed(AFT, GP)],
    );
    let id_of = new.id;
    world
        .store()
        .register_consent(new, &Actor::Party(id(AFT)), at(1))
        .await
        .unwrap()
        .unwrap();
    let before = world.send(DPS, &[GP], progress("r1", KARI, "c"), at(2)).await;
    assert_eq!(before.deliveries[0].cause.as_ref().unwrap().code, "BL-2006");
    let confirm = async |what: Confirming, now| {
        let by = Actor::Party(what.sender.clone());
        world.store().confirm_consent(&what, &by, at(now)).await.unwrap()
    };
    assert_eq!(confirm(by_itself(id_of, NAV), 3).await, 0);
    assert_eq!(confirm(by_itself(id_of, DPS), 3).await, 2);
    assert_eq!(confirm(by_itself(id_of, DPS), 4).await, 0);
    let found = world.store().consent(id_of).await.unwrap().unwrap();
    assert_eq!(found.version, 2);
    assert_eq!(
        found.grants.iter().map(|g| g.confirmed).collect::<Vec<_>>(),
        [true, true, false]
    );
    let after = world.send(DPS, &[GP], progress("r2", KARI, "c"), at(5)).await;
    assert_eq!(after.deliveries[0].state, "waiting");
    let nothing = ConsentId(uuid::Uuid::from_u128(99));
    assert_eq!(confirm(by_itself(nothing, DPS), 6).await, 0);
}

/// A confirmation on behalf of a party records who gave it and on which evidence, and covers no more than it names.
pub async fn a_confirmation_keeps_who_gave_it_and_on_what_evidence<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    let new = consent(
        1,
        KARI,
        at(0),
        vec![unconfirmed(DPS, GP), unconfirmed(DPS, NAV), unconfirmed(GP, AFT)],
    );
    let (id_of, registrar) = (new.id, Actor::Party(id(AFT)));
    let store = world.store();
    let registered = store.register_consent(new, &registrar, at(1)).await.unwrap().unwrap();
    let evidence = Evidence {
        kind: "agreement".into(),
        reference: "arkiv 2026/114, Kari Nordmann".into(),
        sha256: Some("0f".repeat(32)),
    };
    let what = Confirming {
        receiver: Some(id(GP)),
        rests_on: RestsOn::Evidence,
        evidence: Some(evidence.clone()),
        ..by_itself(id_of, DPS)
    };
    let confirmed = store.confirm_consent(&what, &Actor::Operator, at(2)).await.unwrap();
    assert_eq!(confirmed, 1, "what goes to another is not confirmed with it");
    world.reopen();
    let found = world.store().consent(id_of).await.unwrap().unwrap();
    let of_first = Confirmation {
        grant: 0,
        by: Confirmer::Operator,
        at: at(2),
        evidence: Some(evidence),
    };
    assert_eq!(found.confirmations, [of_first]);
    // The registered grants are unchanged except for the confirmation.
    let grants = registered.grants.iter().cloned().enumerate().map(|(i, grant)| Grant {
        confirmed: i == 0,
        ..grant
    });
    assert_eq!(found.grants, grants.collect::<Vec<_>>());
    let log = world
        .audit()
        .await
        .into_iter()
        .filter(|row| row.action == "consent-confirmed");
    let log: Vec<_> = log.map(|row| row.detail).collect();
    assert_eq!(log.len(), 1);
    assert!(log[0].contains("\"restsOn\":\"evidence\"") && log[0].contains("\"evidence\":\"agreement\""));
    assert!(!log[0].contains("Nordmann") && !log[0].contains("0f0f"), "{log:?}");
    let waiting = async |party: Option<&str>| {
        let party = party.map(id);
        let found = world.store().waiting_grants(party.as_ref(), 10, at(3)).await.unwrap();
        found
            .into_iter()
            .map(|w| (w.index, w.grant.from.to_string()))
            .collect::<Vec<_>>()
    };
    let both = [(1, DPS.to_owned()), (2, GP.to_owned())];
    assert_eq!(waiting(None).await, both);
    assert_eq!(waiting(Some(AFT)).await, both, "the registrar sees what it registered");
    assert_eq!(waiting(Some(GP)).await, [(2, GP.to_owned())]);
    assert_eq!(waiting(Some(NAV)).await, [], "a receiver confirms nothing");
    let ola = consent(2, OLA, at(0), vec![grant(AFT, GP, &[Category::Goals])]);
    world
        .store()
        .register_consent(ola, &Actor::Operator, at(4))
        .await
        .unwrap()
        .unwrap();
    let into = world.store().participant(&person(OLA)).await.unwrap().unwrap();
    let number = person(KARI);
    world
        .store()
        .link(into, &number, &Actor::Operator, at(5))
        .await
        .unwrap()
        .unwrap();
    let moved = world.store().consent(id_of).await.unwrap().unwrap();
    assert_eq!((moved.participant, &moved.confirmations), (into, &found.confirmations));
}

/// A withdrawn grant, or a grant of a protected person, does not wait for a confirmation, and no confirmation revives it.
pub async fn a_confirmation_undoes_no_withdrawal_and_no_protection<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let store = world.store();
    let mut known = Vec::new();
    for (n, who) in [(1, KARI), (2, OLA)] {
        let new = consent(n, who, at(0), vec![unconfirmed(DPS, GP)]);
        let registered = store
            .register_consent(new, &Actor::Party(id(AFT)), at(1))
            .await
            .unwrap();
        known.push(registered.unwrap());
    }
    assert_eq!(store.waiting_grants(None, 10, at(2)).await.unwrap().len(), 2);
    let everything = Scope::Everything;
    store
        .withdraw(known[0].participant, &everything, &Actor::Operator, at(2))
        .await
        .unwrap();
    store
        .set_protected(&person(OLA), true, &Actor::Operator, at(2))
        .await
        .unwrap();
    assert_eq!(store.waiting_grants(None, 10, at(3)).await.unwrap(), []);
    for consent in &known {
        let what = by_itself(consent.id, DPS);
        let confirmed = store
            .confirm_consent(&what, &Actor::Party(id(DPS)), at(3))
            .await
            .unwrap();
        assert_eq!(confirmed, 0);
    }
    for (n, who) in [("r1", KARI), ("r2", OLA)] {
        let sent = world.send(DPS, &[GP], progress(n, who, n), at(4)).await;
        assert_eq!(sent.deliveries[0].cause.as_ref().unwrap().code, "BL-2003");
    }
}

/// A replay that is blocked because a grant waits raises the alert, as an acceptance does. That holds for a circle too.
pub async fn a_replay_that_a_waiting_grant_blocks_is_told_of<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let store = world.store();
    let to_all = world.new_message(progress("r2", OLA, "b"), Receivers::Circle, at(1));
    let circle = world.accept(world.acceptance(DPS, vec![to_all]), at(1)).await.unwrap();
    let named = world.send(DPS, &[GP], progress("r1", KARI, "a"), at(1)).await;
    let alerts = async || {
        let filter = AlertFilter {
            kind: Some(AlertKind::GrantAwaits),
            limit: 50,
            ..AlertFilter::default()
        };
        let found = store.alerts(&filter).await.unwrap();
        found.into_iter().map(|alert| alert.message).collect::<Vec<_>>()
    };
    assert_eq!(alerts().await, [], "there is no grant that could be confirmed");
    let registrar = Actor::Party(id(AFT));
    // A circle leaves GPs out for this kind.
    for (n, who, to) in [(1, KARI, GP), (2, OLA, NAV)] {
        let new = consent(n, who, at(2), vec![unconfirmed(DPS, to)]);
        store.register_consent(new, &registrar, at(2)).await.unwrap().unwrap();
    }
    let circle = circle[0].id;
    for (n, message) in [(1, named.id), (2, circle)] {
        let replayed = store.replay(message, &Actor::Operator, at(2 + n)).await.unwrap();
        assert_eq!(replayed, []);
        assert_eq!(alerts().await.len(), usize::try_from(n).unwrap());
        assert!(alerts().await.contains(&Some(message)));
    }
}

/// The alert about a message that waits for a confirmation stands until the wait ends, for any reason.
pub async fn a_message_blocked_for_a_grant_that_waits_is_an_alert_until_it_is_over<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let store = world.store();
    let about = |message: &bindeledd_engine::ports::AcceptedMessage| message.id;
    let alerts = async |party: Option<&str>| {
        let filter = AlertFilter {
            kind: Some(AlertKind::GrantAwaits),
            party: party.map(id),
            state: None,
            before: None,
            limit: 50,
        };
        store.alerts(&filter).await.unwrap()
    };
    let registrar = Actor::Party(id(AFT));
    let mut known = Vec::new();
    for (n, who) in [(1, KARI), (2, OLA)] {
        let new = consent(n, who, at(0), vec![unconfirmed(DPS, GP)]);
        known.push(store.register_consent(new, &registrar, at(1)).await.unwrap().unwrap());
    }
    let first = world.send(DPS, &[GP], progress("r1", KARI, "a"), at(2)).await;
    let again = world.send(DPS, &[GP], progress("r2", KARI, "b"), at(3)).await;
    let other = world.send(DPS, &[GP], progress("r3", OLA, "c"), at(4)).await;
    // No confirmation would help these messages: their grant does not exist, or would not cover them.
    world.send(DPS, &[NAV], progress("r4", KARI, "d"), at(4)).await;
    let standing = alerts(None).await;
    let seen = standing
        .iter()
        .map(|a| (a.message, a.times, a.party.clone(), a.ended_at));
    assert_eq!(
        seen.collect::<Vec<_>>(),
        [
            (Some(about(&other)), 1, Some(id(DPS)), None),
            (Some(about(&again)), 2, Some(id(DPS)), None)
        ],
        "one for each participant, and its newest message"
    );
    assert_eq!(alerts(Some(DPS)).await.len(), 2, "the sender sees it");
    let waiting = async |n: usize| {
        let found = store.waiting_grants_of(known[n].participant, at(5)).await.unwrap();
        found.into_iter().map(|w| (w.since, w.blocked)).collect::<Vec<_>>()
    };
    assert_eq!(waiting(0).await, [(at(1), vec![about(&again)])]);
    let all = store.waiting_grants(None, 10, at(5)).await.unwrap();
    assert_eq!(all.iter().map(|w| w.blocked.len()).collect::<Vec<_>>(), [1, 1]);
    assert_eq!(alerts(Some(GP)).await, []);
    assert_eq!(
        alerts(Some(AFT)).await,
        [],
        "that something was sent is not the registrar's to know"
    );
    let confirmed = store
        .confirm_consent(&by_itself(known[0].id, DPS), &Actor::Party(id(DPS)), at(5))
        .await;
    assert_eq!(confirmed.unwrap(), 1);
    assert_eq!(waiting(0).await, []);
    let ended = async || alerts(None).await.iter().map(|a| a.ended_at).collect::<Vec<_>>();
    assert_eq!(ended().await, [None, Some(at(5))]);
    assert_eq!(
        store
            .replay(about(&first), &Actor::Operator, at(6))
            .await
            .unwrap()
            .len(),
        1
    );
    store
        .withdraw(known[1].participant, &Scope::Everything, &Actor::Operator, at(7))
        .await
        .unwrap();
    assert_eq!(ended().await, [Some(at(7)), Some(at(5))]);
    // A circle with only waiting grants is reported to the operator alone. Its sender gets the same answer as for an unknown
    // person.
    let new = consent(3, KARI, at(8), vec![unconfirmed(GP, DPS)]);
    store.register_consent(new, &registrar, at(8)).await.unwrap().unwrap();
    let to_all = world.new_message(progress("r5", KARI, "e"), Receivers::Circle, at(9));
    world.accept(world.acceptance(GP, vec![to_all]), at(9)).await.unwrap();
    assert_eq!(alerts(None).await.len(), 3);
    assert_eq!(alerts(Some(GP)).await, []);
}

/// Parties are configuration, and are stored unchanged.
pub async fn parties_and_keys_come_back_as_they_were_put<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    let mut gp = party(GP, PartyKind::Gp);
    gp.public_label = Some("Legekontoret".into());
    gp.public_phone = Some("70 00 11 22".into());
    gp.part_of = Some(id(NAV));
    gp.org_number = OrgNumber::parse("974760924").ok();
    gp.her_id = HerId::parse("8142952").ok();
    gp.person = Some(Professional {
        given_name: "Grønn".into(),
        family_name: "Vits".into(),
        hpr: HprNumber::parse("565501872").ok(),
        her_id: HerId::parse("8143025").ok(),
    });
    gp.phone = Some("22 11 22 33".into());
    gp.trusts = vec![id(AFT)];
    let endpoint = gp.endpoint.as_mut().unwrap();
    endpoint.credential = Some("gp-key".into());
    endpoint.settings = r#"{"a":1}"#.into();
    endpoint.her_id = HerId::parse("8094866").ok();
    endpoint.org_number = OrgNumber::parse("915933149").ok();
    endpoint.limits.receipt_seconds = 17;
    let mut plain = party("ny-part", PartyKind::Clubhouse);
    plain.endpoint = None;
    plain.notify = EmailAddress::parse("post@fontenehuset.example").map(|email| Notify { email });
    for party in [&gp, &plain] {
        world.store().put_party(party, &Actor::Operator, at(1)).await.unwrap();
    }
    world
        .store()
        .put_key(&id(GP), [1; 32], &Actor::Operator, at(1))
        .await
        .unwrap();
    world
        .store()
        .put_key(&id(GP), [2; 32], &Actor::Operator, at(2))
        .await
        .unwrap();
    world.reopen();
    let parties = world.store().parties().await.unwrap();
    let found = |raw: &str| parties.iter().find(|p| p.id == id(raw)).unwrap();
    assert_eq!((found(GP), found("ny-part"), parties.len()), (&gp, &plain, 5));
    let mut keys = world.store().keys().await.unwrap();
    keys.sort_unstable();
    let key = |n, added_at| ApiKey {
        hash: [n; 32],
        party: id(GP),
        added_at,
    };
    assert_eq!(keys, [key(1, at(1)), key(2, at(2))]);
    assert!(
        world
            .store()
            .set_paused(&id(GP), true, &Actor::Operator, at(3))
            .await
            .unwrap()
    );
    assert!(
        !world
            .store()
            .set_paused(&id("ingen-slik"), true, &Actor::Operator, at(3))
            .await
            .unwrap()
    );
    let parties = world.store().parties().await.unwrap();
    assert!(parties.iter().all(|p| p.paused == (p.id == id(GP))));
}

/// A revoked key stays revoked, another party's key stays valid, and each revocation has its row.
pub async fn keys_are_revoked_by_their_own_party_alone<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    for (party, key) in [(GP, 1), (GP, 2), (AFT, 3)] {
        world
            .store()
            .put_key(&id(party), [key; 32], &Actor::Operator, at(1))
            .await
            .unwrap();
    }
    let revoke = |store: std::sync::Arc<dyn bindeledd_engine::ports::Store>, keys: Vec<u8>| async move {
        let keys: Vec<_> = keys.into_iter().map(|key| [key; 32]).collect();
        store
            .revoke_keys(&id(GP), &keys, &Actor::Operator, at(2))
            .await
            .unwrap()
    };
    // Another party's key and an unknown key are not revoked.
    assert_eq!(revoke(std::sync::Arc::clone(world.store()), vec![1, 3, 9]).await, 1);
    assert_eq!(revoke(std::sync::Arc::clone(world.store()), vec![1]).await, 0);
    world.reopen();
    let mut left: Vec<_> = world.store().keys().await.unwrap();
    left.sort_unstable();
    let left: Vec<_> = left.into_iter().map(|key| (key.hash[0], key.party)).collect();
    assert_eq!(left, [(2, id(GP)), (3, id(AFT))]);
    assert_eq!(world.audited("key-revoked").await, 1);
    let rows = world.audit().await;
    let row = rows.iter().find(|row| row.action == "key-revoked").unwrap();
    assert!(row.detail.contains("0101010101010101"), "{}", row.detail);
    assert!(!row.detail.contains(&"01".repeat(9)), "a row has the key's id alone");
}
