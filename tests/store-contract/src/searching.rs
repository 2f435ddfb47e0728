//! The search: messages by time, reference and any id, counts by state, and causes by code.

use bindeledd_core::audit::{ActorFilter, AuditAction};
use bindeledd_core::contract::Reference;
use bindeledd_core::delivery::Cause;
use bindeledd_core::{AccountId, Category, MessageId};
use bindeledd_engine::ports::{Actor, AuditFilter, AuditRow, ErrorFilter, FoundAs, MessageFilter, Outcome};

use crate::TestStore;
use crate::world::{AFT, DPS, GP, KARI, NAV, OLA, World, at, draft, grant, id, progress};

async fn found<P: TestStore>(world: &World<P>, edit: impl FnOnce(&mut MessageFilter)) -> Vec<MessageId> {
    let mut filter = MessageFilter {
        limit: 100,
        ..MessageFilter::default()
    };
    edit(&mut filter);
    let messages = world.store().messages(&filter).await.unwrap();
    messages.iter().map(|m| m.id).collect()
}

fn handed_over(ids: &[&str]) -> Outcome {
    Outcome::AwaitingReceipt {
        references: ids.iter().map(|id| Reference::new("msgid", *id)).collect(),
        until: at(900),
    }
}

/// Every filter holds at once, and a time has its first instant and not its last.
pub async fn a_search_is_bounded_by_time_and_by_every_filter_at_once<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let mut all = Vec::new();
    for n in 1..=4 {
        let reference = format!("r{n}");
        let to = if n == 3 { NAV } else { GP };
        all.push(
            world
                .send(AFT, &[to], progress(&reference, KARI, &reference), at(n))
                .await
                .id,
        );
    }
    assert_eq!(found(&world, |f| f.since = Some(at(3))).await, [all[3], all[2]]);
    assert_eq!(found(&world, |f| f.until = Some(at(3))).await, [all[1], all[0]]);
    assert_eq!(
        found(&world, |f| (f.since, f.until) = (Some(at(2)), Some(at(4)))).await,
        [all[2], all[1]]
    );
    let narrow = |f: &mut MessageFilter| {
        (f.since, f.until) = (Some(at(2)), Some(at(4)));
        (f.party, f.reference) = (Some(id(AFT)), Some("r3".into()));
    };
    assert_eq!(found(&world, narrow).await, [all[2]]);
    assert_eq!(
        found(&world, |f| (f.since, f.reference) = (Some(at(4)), Some("r3".into()))).await,
        []
    );
    assert_eq!(
        found(&world, |f| (f.until, f.before) = (Some(at(4)), Some(all[2]))).await,
        [all[1], all[0]]
    );
    let of_cause = |f: &mut MessageFilter| f.code = Some("BL-2001".into());
    assert_eq!(found(&world, of_cause).await, [all[2]]);
    let of_state = |f: &mut MessageFilter| {
        of_cause(f);
        f.state = Some("waiting".into());
    };
    assert_eq!(found(&world, of_state).await, []);
}

/// Every id of a message leads to it: its own, its deliveries', its sender's, its receivers' and its conversation's.
pub async fn every_id_leads_to_its_message<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    let kari = world.usual_consent().await;
    let first = world.send(AFT, &[GP], progress("r1", KARI, "samtale"), at(1)).await;
    let second = world.send(AFT, &[GP], progress("r2", KARI, "samtale"), at(2)).await;
    let other = world.send(AFT, &[NAV], progress("r3", OLA, "samtale"), at(3)).await;
    world
        .carry(first.deliveries[0].id, handed_over(&["transport-1"]), at(4))
        .await;
    world.reopen();
    let by = async |id: &str| found(&world, |f| f.external_id = Some(id.to_owned())).await;
    let delivery = first.deliveries[0].id;
    assert_eq!(by(&first.id.to_string()).await, [first.id]);
    assert_eq!(by(&first.id.to_string().to_uppercase()).await, [first.id]);
    assert_eq!(by(&delivery.to_string()).await, [first.id]);
    assert_eq!(by("r2").await, [second.id]);
    assert_eq!(by("transport-1").await, [first.id]);
    assert_eq!(by(&format!("ext-{delivery}")).await, [first.id]);
    assert_eq!(by("samtale").await, [other.id, second.id, first.id]);
    assert_eq!(by("nothing").await, []);
    assert_eq!(by("").await, []);
    let both = |f: &mut MessageFilter| (f.external_id, f.party) = (Some("samtale".into()), Some(id(NAV)));
    assert_eq!(found(&world, both).await, [other.id]);
    let both = |f: &mut MessageFilter| (f.external_id, f.reference) = (Some("samtale".into()), Some("r1".into()));
    assert_eq!(found(&world, both).await, [first.id]);

    let hits = async |id: &str| {
        let hits = world.store().find(id).await.unwrap();
        hits.into_iter().map(|hit| (hit.what, hit.message)).collect::<Vec<_>>()
    };
    assert_eq!(hits(&delivery.to_string()).await, [(FoundAs::Delivery, Some(first.id))]);
    assert_eq!(hits("r1").await, [(FoundAs::Reference, Some(first.id))]);
    assert_eq!(hits("transport-1").await, [(FoundAs::ExternalId, Some(first.id))]);
    assert_eq!(hits("samtale").await.len(), 3);
    assert_eq!(hits(&kari.to_string()).await, [(FoundAs::Participant, None)]);
    assert_eq!(hits(GP).await, [(FoundAs::Party, None)]);
    assert_eq!(hits("nothing").await, []);

    world.store().erase(kari, &Actor::Operator, at(5)).await.unwrap();
    for id in ["r1", "transport-1"] {
        assert_eq!(hits(id).await, [], "{id}");
    }
    assert_eq!(hits("samtale").await, [(FoundAs::Conversation, Some(other.id))]);
}

/// A name that is a UUID leads to its messages in every spelling.
pub async fn a_search_finds_an_id_however_it_is_spelt<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let (reference, conversation) = (
        "5B1F0C52-1111-4A00-8000-00000000007A",
        "5B1F0C52-1111-4A00-8000-00000000007B",
    );
    let sent = world
        .send(AFT, &[GP], progress(reference, KARI, conversation), at(1))
        .await;
    let transport = "5B1F0C52-1111-4A00-8000-00000000007C";
    world
        .carry(sent.deliveries[0].id, handed_over(&[transport]), at(2))
        .await;
    for id in [reference, conversation, transport] {
        let small = id.to_lowercase();
        for spelling in [id.to_owned(), format!("{{{id}}}"), format!("urn:uuid:{small}"), small] {
            let by = found(&world, |f| f.external_id = Some(spelling.clone())).await;
            assert_eq!(by, [sent.id], "{spelling}");
            assert_eq!(world.store().find(&spelling).await.unwrap().len(), 1, "{spelling}");
        }
    }
}

/// A search by a common name ends at its bound.
pub async fn a_search_by_id_has_at_most_twenty_hits<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    for n in 0..25 {
        world
            .send(AFT, &[GP], progress(&format!("r{n}"), KARI, "samtale"), at(n))
            .await;
    }
    assert_eq!(world.store().find("samtale").await.unwrap().len(), 20);
}

/// The messages after one are the nearest newer ones, newest first.
pub async fn messages_after_one_are_the_nearest<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let mut sent = Vec::new();
    for n in 1..=5 {
        let draft = progress(&format!("r{n}"), KARI, &format!("c{n}"));
        sent.push(world.send(AFT, &[GP], draft, at(n)).await.id);
    }
    for party in [None, Some(id(AFT)), Some(id(GP))] {
        let filter = MessageFilter {
            after: Some(sent[1]),
            party,
            limit: 2,
            ..MessageFilter::default()
        };
        let found = world.store().messages(&filter).await.unwrap();
        let ids: Vec<_> = found.iter().map(|message| message.id).collect();
        assert_eq!(ids, [sent[3], sent[2]]);
    }
}

/// Each quarter of an hour has the figures of each pair, which leave after a month.
pub async fn the_flow_is_counted_by_pair_and_quarter<P: TestStore>(make: impl Fn() -> P) {
    const DAY: i64 = 24 * 3600;
    let world = World::new(make()).await;
    world.usual_consent().await;
    let a = world.send(AFT, &[GP, NAV], progress("r1", KARI, "a"), at(1)).await;
    world.send(AFT, &[GP], progress("r2", KARI, "b"), at(2)).await;
    world.carry(a.deliveries[0].id, Outcome::Delivered, at(4)).await;
    let (since, until) = (at(-DAY), at(DAY));
    let pairs = world.store().flow_by_pair(since, until).await.unwrap();
    let figures = |to: &str| pairs.iter().find(|pair| pair.to == id(to)).unwrap().flow;
    let gp = figures(GP);
    assert_eq!(
        (gp.sent, gp.blocked, gp.entered, gp.departed, gp.delivered),
        (2, 0, 2, 1, 1)
    );
    assert_eq!(gp.latency(500), Some(jiff::SignedDuration::from_secs(5)));
    let nav = figures(NAV);
    assert_eq!((nav.sent, nav.blocked, nav.entered, nav.delivered), (1, 1, 0, 0));
    let all = world.store().flow_by_quarter(None, since, until).await.unwrap();
    assert_eq!(all.iter().map(|quarter| quarter.flow.sent).sum::<u64>(), 3);
    let to_gp = world
        .store()
        .flow_by_quarter(Some(&id(GP)), since, until)
        .await
        .unwrap();
    assert_eq!(to_gp.iter().map(|quarter| quarter.flow.delivered).sum::<u64>(), 1);
    assert!(
        world
            .store()
            .flow_by_pair(at(DAY), at(2 * DAY))
            .await
            .unwrap()
            .is_empty()
    );
    world.store().sweep(at(40 * DAY)).await.unwrap();
    assert!(world.store().flow_by_pair(since, until).await.unwrap().is_empty());
}

/// The account counts each delivery of a message once, from the time of the message on.
pub async fn the_account_of_a_day_adds_up<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let a = world.send(AFT, &[GP, NAV], progress("r1", KARI, "a"), at(1)).await;
    world.send(AFT, &[GP], progress("r2", KARI, "b"), at(2)).await;
    world.carry(a.deliveries[0].id, Outcome::Delivered, at(4)).await;
    let account = world.store().account_of(at(1)).await.unwrap();
    assert_eq!(account.all, 3);
    assert_eq!(account.parts, [("waiting", 1), ("delivered", 1), ("blocked", 1)]);
    let later = world.store().account_of(at(2)).await.unwrap();
    assert_eq!((later.all, later.parts), (1, vec![("waiting", 1)]));
    assert_eq!(world.store().account_of(at(3)).await.unwrap().all, 0);
}

/// Deliveries are counted by state within the other filters.
pub async fn deliveries_are_counted_by_state<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let kari = world.usual_consent().await;
    world
        .consent(2, OLA, vec![grant(DPS, GP, &[Category::TreatmentStatus])])
        .await;
    let a = world.send(AFT, &[GP, NAV], progress("r1", KARI, "a"), at(1)).await;
    let treatment = draft(
        "r2",
        OLA,
        "b",
        "treatment-status",
        serde_json::json!({"status": "started"}),
    );
    world.send(DPS, &[GP], treatment, at(2)).await;
    world.carry(a.deliveries[0].id, Outcome::Delivered, at(4)).await;
    let counts = async |edit: &dyn Fn(&mut MessageFilter)| {
        let mut filter = MessageFilter::default();
        edit(&mut filter);
        let counts = world.store().message_counts(&filter).await.unwrap();
        assert!(counts.len() == 11 && counts.iter().all(|c| !c.is_over));
        let of = |name: &str| counts.iter().find(|c| c.state == name).unwrap().n;
        (of("waiting"), of("delivered"), of("blocked"), of("failed"))
    };
    assert_eq!(counts(&|_| {}).await, (1, 1, 1, 0));
    assert_eq!(counts(&|f| f.participant = Some(kari)).await, (0, 1, 1, 0));
    assert_eq!(counts(&|f| f.party = Some(id(GP))).await, (1, 1, 0, 0));
    assert_eq!(counts(&|f| f.party = Some(id(AFT))).await, (0, 1, 1, 0));
    assert_eq!(counts(&|f| f.party = Some(id(NAV))).await, (0, 0, 1, 0));
    assert_eq!(
        counts(&|f| f.kind = Some(bindeledd_core::Kind::TreatmentStatus)).await,
        (1, 0, 0, 0)
    );
    assert_eq!(counts(&|f| f.since = Some(at(2))).await, (1, 0, 0, 0));
    assert_eq!(counts(&|f| f.until = Some(at(2))).await, (0, 1, 1, 0));
    assert_eq!(counts(&|f| f.reference = Some("r2".into())).await, (1, 0, 0, 0));
    assert_eq!(
        counts(&|f| f.state = Some("waiting".into())).await,
        (1, 1, 1, 0),
        "the state does not count"
    );
}

/// Causes are counted by code and receiver, in the time of the last change.
pub async fn causes_are_counted_by_code_and_receiver<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let failed = || Outcome::Failed(Cause::new("BL-4003", "no such credential"));
    let again = || Outcome::TryAgain {
        due: at(60),
        cause: Cause::new("BL-4002", "no answer"),
    };
    for (n, outcome) in [(1, failed()), (2, failed()), (3, again())] {
        let reference = format!("r{n}");
        let delivery = world
            .deliver(AFT, GP, progress(&reference, KARI, &reference), at(n))
            .await;
        world.carry(delivery, outcome, at(10 + n)).await;
    }
    world.send(AFT, &[NAV], progress("r4", KARI, "d"), at(4)).await;
    let errors = async |since, until: Option<i64>, party: Option<&str>| {
        let filter = ErrorFilter {
            since: at(since),
            until: until.map(at),
            party: party.map(id),
        };
        let errors = world.store().errors(&filter).await.unwrap();
        errors
            .into_iter()
            .map(|e| (e.code, e.party, e.n, e.waiting, e.newest_at))
            .collect::<Vec<_>>()
    };
    let failures = ("BL-4003".to_owned(), Some(id(GP)), 2, 0, at(12));
    let retries = ("BL-4002".to_owned(), Some(id(GP)), 1, 1, at(13));
    let blocks = ("BL-2001".to_owned(), Some(id(NAV)), 1, 0, at(4));
    assert_eq!(
        errors(0, None, None).await,
        [failures.clone(), blocks.clone(), retries.clone()]
    );
    assert_eq!(errors(0, None, Some(GP)).await, [failures, retries.clone()]);
    assert_eq!(errors(0, Some(5), None).await, [blocks]);
    assert_eq!(errors(13, None, None).await, [retries]);
    assert_eq!(errors(14, None, None).await, []);
}

/// A party's own list has the messages that it sent, and those to it that it may know of.
pub async fn a_partys_own_list_hides_what_it_may_not_know_of<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let both = world.send(AFT, &[GP, NAV], progress("r1", KARI, "a"), at(1)).await;
    let cancelled = world.send(AFT, &[GP], progress("r2", KARI, "b"), at(2)).await;
    world
        .store()
        .cancel(cancelled.id, &Actor::Operator, at(3))
        .await
        .unwrap();
    let own = async |party: &str| found(&world, |f| (f.party, f.only_shown) = (Some(id(party)), true)).await;
    assert_eq!(own(AFT).await, [cancelled.id, both.id]);
    assert_eq!(own(GP).await, [both.id]);
    assert_eq!(own(NAV).await, []);
}

/// Every filter of the audit log holds at once, and the newest row comes first.
pub async fn the_log_is_searched_by_every_filter_at_once<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let kari = world.usual_consent().await;
    let person = Actor::Person(AccountId(uuid::Uuid::from_u128(7)));
    for n in 1..=3 {
        let reference = format!("r{n}");
        let _ = world
            .send(AFT, &[GP], progress(&reference, KARI, &reference), at(n * 1000))
            .await;
    }
    world
        .store()
        .set_paused(&id(GP), true, &person, at(2500))
        .await
        .unwrap();
    let all = world.audit().await;
    let kinds: [fn(&mut AuditFilter); 9] = [
        |f| f.action = Some(AuditAction::PartyPaused),
        |f| f.action = Some(AuditAction::Accepted),
        |f| f.actor = Some(ActorFilter::Persons),
        |f| f.actor = Some(ActorFilter::Parties),
        |f| f.actor = Some(ActorFilter::One(Actor::Party(id(AFT)))),
        |f| f.actor = Some(ActorFilter::One(Actor::Hub)),
        |f| f.party = Some(id(GP)),
        |f| f.since = Some(at(2000)),
        |f| f.until = Some(at(2000)),
    ];
    let named = format!("\"participant\":\"{kari}\"");
    let fits = |filter: &AuditFilter, row: &AuditRow| {
        let actor = Actor::parse(&row.actor).unwrap();
        let by = match &filter.actor {
            None => true,
            Some(ActorFilter::Persons) => matches!(actor, Actor::Person(_)),
            Some(ActorFilter::Parties) => matches!(actor, Actor::Party(_)),
            Some(ActorFilter::One(one)) => *one == actor,
        };
        let of = filter.party.as_ref().is_none_or(|party| {
            let names = |what: &str| row.detail.contains(&format!("\"{what}\":\"{party}\""));
            actor.is_party(party) || names("party") || names("to")
        });
        let is_narrowed = filter.actor.is_some() || filter.party.is_some() || filter.participant.is_some();
        let is_of_every_message = AuditAction::parse(&row.action).unwrap().is_of_every_message();
        filter.action.map_or(!is_narrowed || !is_of_every_message, |action| {
            action.as_str() == row.action
        }) && by
            && of
            && (filter.participant.is_none() || row.detail.contains(&named))
            && filter.since.is_none_or(|since| row.at >= since)
            && filter.until.is_none_or(|until| row.at < until)
    };
    let mut some = 0;
    for first in kinds {
        for second in kinds {
            for participant in [None, Some(kari)] {
                let mut filter = AuditFilter {
                    participant,
                    limit: 500,
                    ..AuditFilter::default()
                };
                first(&mut filter);
                second(&mut filter);
                let expected: Vec<_> = all.iter().rev().filter(|row| fits(&filter, row)).collect();
                let found = world.store().audit_rows(&filter).await.unwrap();
                assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{filter:?}");
                some += usize::from(!found.is_empty());
                filter.limit = 2;
                let page = world.store().audit_rows(&filter).await.unwrap();
                filter.before = page.last().map(|row| row.seq);
                let next = world.store().audit_rows(&filter).await.unwrap();
                let pages: Vec<_> = page.iter().chain(next.iter().filter(|_| page.len() == 2)).collect();
                assert_eq!(
                    pages,
                    expected.iter().copied().take(4).collect::<Vec<_>>(),
                    "{filter:?}"
                );
            }
        }
    }
    assert!(some > 30, "{some} selections have rows");
}
