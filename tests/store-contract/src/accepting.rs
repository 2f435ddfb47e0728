//! Acceptance is atomic, and takes effect once.

use bindeledd_core::alert::AlertKind;
use bindeledd_core::consent::Basis;
use bindeledd_core::guard::{Finding, What};
use bindeledd_core::{Category, CategorySet, Conversation, DeliveryId, Draft, MessageId, Receivers, Target};
use bindeledd_engine::ports::{Actor, AlertFilter, NotAccepted, Outcome, ReferenceTaken};
use serde_json::json;

use crate::TestStore;
use crate::world::{AFT, DPS, GP, KARI, NAV, OLA, World, at, consent, draft, grant, id, person, progress};

/// A message that was acknowledged is still there after a restart.
pub async fn what_is_accepted_is_there_after_a_reopen<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    let kari = world.usual_consent().await;
    let accepted = world.send(AFT, &[GP, DPS], progress("r1", KARI, "c"), at(1)).await;
    assert!(!accepted.repeated);
    let states: Vec<_> = accepted
        .deliveries
        .iter()
        .map(|d| (d.to.to_string(), d.state))
        .collect();
    assert_eq!(states, [(GP.to_owned(), "waiting"), (DPS.to_owned(), "blocked")]);
    assert_eq!(accepted.deliveries[1].cause.as_ref().unwrap().code, "BL-2001");
    assert_eq!(accepted.deliveries[1].withheld, CategorySet::of(&[Category::Progress]));
    world.reopen();
    let view = world.store().message(accepted.id).await.unwrap().unwrap();
    assert_eq!((view.from, view.participant, view.accepted_at), (id(AFT), kari, at(1)));
    let states: Vec<_> = view
        .deliveries
        .iter()
        .map(|d| (d.to.to_string(), d.state.name()))
        .collect();
    assert_eq!(states, [(GP.to_owned(), "waiting"), (DPS.to_owned(), "blocked")]);
    assert_eq!(view.deliveries[1].cause, accepted.deliveries[1].cause);
    let input = world
        .store()
        .release_input(accepted.deliveries[0].id)
        .await
        .unwrap()
        .unwrap();
    let mut sent = progress("r1", KARI, "c");
    let message = input.to_write.unwrap().message;
    sent.body = message.draft.body.clone();
    assert_eq!(message.draft, sent);
    assert_eq!(world.store().message(world.message_id(at(1))).await.unwrap(), None);
}

/// A repeated reference denotes the same message, whenever the sender repeats it.
pub async fn the_same_again_gets_the_first_answer<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    world.usual_consent().await;
    let first = world.send(AFT, &[GP], progress("r1", KARI, "c"), at(1)).await;
    world.carry(first.deliveries[0].id, Outcome::Delivered, at(2)).await;
    world.reopen();
    let mut again = progress("r1", KARI, "c");
    again.sent_at = at(500);
    let again = world.send(AFT, &[GP], again, at(600)).await;
    assert!(again.repeated);
    assert_eq!(
        (again.id, again.kind, &again.deliveries),
        (first.id, first.kind, &first.deliveries)
    );
    assert_eq!(world.due(GP, at(700)).await, []);
    // Two senders may use the same reference for different messages.
    let other = world.send(DPS, &[GP], progress("r1", KARI, "c"), at(700)).await;
    assert!(!other.repeated);
}

/// A system that repeats a message all day long adds one row a day.
pub async fn the_same_again_all_day_long_leaves_one_row<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    world.usual_consent().await;
    for n in 0..100 {
        world.send(AFT, &[GP], progress("r1", KARI, "c"), at(1 + n)).await;
    }
    assert_eq!(
        (world.audited("accepted").await, world.audited("repeated").await),
        (1, 1)
    );
    world.reopen();
    world
        .send(AFT, &[GP], progress("r1", KARI, "c"), at(24 * 60 * 60 + 200))
        .await;
    assert_eq!(world.audited("repeated").await, 2);
}

/// The sender gets the guard's findings with each answer, and the log records their fields.
pub async fn what_the_guard_found_is_told_each_time_and_put_down_by_field<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    world.usual_consent().await;
    let flags = vec![
        Finding {
            path: "body.activity".into(),
            what: What::DiagnosisCode,
        },
        Finding {
            path: "handler.name".into(),
            what: What::IdentityNumber,
        },
    ];
    let send = async |world: &World<P>, reference: &str, flags: &[Finding], now| {
        let mut new = world.new_message(progress(reference, KARI, "c"), Receivers::Parties(vec![id(GP)]), now);
        new.flags = flags.to_vec();
        world
            .accept(world.acceptance(AFT, vec![new]), now)
            .await
            .unwrap()
            .remove(0)
    };
    let first = send(&world, "r1", &flags, at(1)).await;
    assert_eq!(first.flags, flags);
    world.reopen();
    // A repeated request gets its first answer; findings of the guard in the repetition do not matter.
    let again = send(&world, "r1", &[], at(2)).await;
    assert!(again.repeated);
    assert_eq!(again.flags, flags);
    assert_eq!(world.store().message(first.id).await.unwrap().unwrap().flags, flags);
    let plain = send(&world, "r2", &[], at(3)).await;
    assert_eq!(
        (
            &plain.flags[..],
            &world.store().message(plain.id).await.unwrap().unwrap().flags[..]
        ),
        (&[][..], &[][..])
    );
    let rows = world.store().audit(1, 1000).await.unwrap();
    let told: Vec<_> = rows.iter().filter(|row| row.action == "text-flagged").collect();
    assert_eq!(told.len(), 1);
    let detail = json!({"message": first.id.to_string(), "flags": ["diagnosis-code body.activity", "identity-number handler.name"]});
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&told[0].detail).unwrap(),
        detail
    );
}

/// The hub gives a message without a conversation a new one. A repetition without a conversation is still the same content.
pub async fn a_conversation_that_the_hub_settled_makes_no_other_content<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let mut ids = Vec::new();
    for now in [at(1), at(2)] {
        let mut new = world.new_message(progress("r1", KARI, "c"), Receivers::Parties(vec![id(GP)]), now);
        new.draft.conversation = Conversation::parse(&new.id.to_string());
        let accepted = world.accept(world.acceptance(AFT, vec![new]), now).await.unwrap();
        ids.push((accepted[0].id, accepted[0].repeated));
    }
    assert_eq!(ids[0].0, ids[1].0);
    assert_eq!((ids[0].1, ids[1].1), (false, true));
    // A conversation that the sender names is part of the content.
    assert!(
        world
            .try_send(AFT, &[GP], progress("r1", KARI, "another"), at(3))
            .await
            .is_err()
    );
}

/// A used reference with other content is refused, and the refused document leaves no data.
pub async fn a_reference_with_other_content_refuses_the_whole_document<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let first = world.send(AFT, &[GP], progress("r1", KARI, "c"), at(1)).await;
    let rows = world.audit().await.len();
    let other = draft("r1", KARI, "c", "progress-update", json!({"status": "FULLFORT"}));
    let to = || Receivers::Parties(vec![id(GP)]);
    let messages = vec![
        world.new_message(progress("r2", KARI, "c"), to(), at(2)),
        world.new_message(other, to(), at(2)),
    ];
    let fresh = messages[0].id;
    let taken = world.accept(world.acceptance(AFT, messages), at(2)).await.unwrap_err();
    assert_eq!(taken, NotAccepted::ReferenceTaken(ReferenceTaken { earlier: first.id }));
    assert_eq!(world.store().message(fresh).await.unwrap(), None);
    assert_eq!(world.audit().await.len(), rows);
    assert_eq!(world.due(GP, at(3)).await.len(), 1);
    // The reference of the document's other message is still free, for any content.
    let free = draft("r2", OLA, "c", "progress-update", json!({"status": "FULLFORT"}));
    assert!(!world.send(AFT, &[GP], free, at(4)).await.repeated);
}

/// In a document with a repeated and a new message, each message gets its own answer.
pub async fn a_repeat_and_a_new_one_in_a_document_are_both_answered<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let first = world.send(AFT, &[GP], progress("r1", KARI, "c"), at(1)).await;
    let to = || Receivers::Parties(vec![id(GP)]);
    let messages = vec![
        world.new_message(progress("r1", KARI, "c"), to(), at(2)),
        world.new_message(progress("r2", KARI, "c"), to(), at(2)),
    ];
    let accepted = world.accept(world.acceptance(AFT, messages), at(2)).await.unwrap();
    assert_eq!(
        (accepted[0].id, accepted[0].repeated, accepted[1].repeated),
        (first.id, true, false)
    );
}

/// The answers do not reveal whether a person is known to the hub.
pub async fn an_empty_circle_and_an_unknown_person_look_the_same<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    // Kari has consented to another exchange; Ola is unknown.
    world
        .consent(1, KARI, vec![grant(DPS, GP, &[Category::Function])])
        .await;
    let mut answers = Vec::new();
    for (reference, whose) in [("r1", KARI), ("r2", OLA)] {
        let new = world.new_message(progress(reference, whose, "c"), Receivers::Circle, at(1));
        let accepted = world.accept(world.acceptance(AFT, vec![new]), at(1)).await.unwrap();
        let [delivery] = accepted[0].deliveries.as_slice() else {
            panic!("one delivery stands for the circle")
        };
        assert_eq!((&delivery.to, delivery.state), (&Target::Circle, "blocked"));
        assert_eq!(world.state_name(delivery.id).await, "blocked");
        answers.push((delivery.withheld, delivery.cause.clone()));
    }
    assert_eq!(answers[0], answers[1]);
}

/// Consent is the routing table: the circle is every party with a matching grant.
pub async fn a_circle_is_every_party_that_may_have_it<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let grants = vec![
        grant(AFT, NAV, &[Category::Progress]),
        grant(AFT, DPS, &[Category::Progress]),
        // A progress report to the circle does not go to a GP, even with this grant.
        grant(AFT, GP, &[Category::Progress]),
        grant(DPS, AFT, &[Category::Progress]),
    ];
    world.consent(1, KARI, grants).await;
    let new = world.new_message(progress("r1", KARI, "c"), Receivers::Circle, at(1));
    let accepted = world.accept(world.acceptance(AFT, vec![new]), at(1)).await.unwrap();
    let to: Vec<_> = accepted[0].deliveries.iter().map(|d| d.to.to_string()).collect();
    assert_eq!(to, [NAV, DPS]);
}

/// Under address protection no message is sent, and the answer looks as if the participant had withdrawn every consent.
pub async fn a_protected_person_looks_like_one_who_took_everything_back<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let grants = || {
        let duty = Basis::Duty {
            reference: "tiltaksforskriften".into(),
        };
        let by_duty = bindeledd_core::consent::Grant {
            basis: duty,
            ..grant(AFT, NAV, &[Category::Progress])
        };
        vec![grant(AFT, GP, &[Category::Progress]), by_duty]
    };
    world.consent(1, KARI, grants()).await;
    let waiting = world.deliver(AFT, GP, progress("r0", KARI, "c"), at(1)).await;
    let ola = world.consent(9, OLA, grants()).await;
    let taken_back = world.deliver(AFT, GP, progress("o0", OLA, "c"), at(1)).await;
    let kari = world
        .store()
        .set_protected(&person(KARI), true, &Actor::Operator, at(2))
        .await
        .unwrap();
    let everything = bindeledd_engine::ports::Scope::Everything;
    world
        .store()
        .withdraw(ola, &everything, &Actor::Operator, at(2))
        .await
        .unwrap();
    assert_eq!(world.store().participant(&person(KARI)).await.unwrap(), Some(kari));
    assert_eq!(world.state_name(waiting).await, "cancelled");
    let cause = |delivery| {
        let world = &world;
        async move {
            let views = world.in_state("cancelled").await;
            let mut all = views.into_iter().flat_map(|m| m.deliveries);
            all.find(|d| d.id == delivery).unwrap().cause
        }
    };
    assert_eq!(cause(waiting).await, cause(taken_back).await);
    // To a sender that never had a grant, a protected person looks like any other person, known or not.
    let unknown = "31777207884";
    let seen = |m: &bindeledd_engine::ports::AcceptedMessage| -> Vec<_> {
        m.deliveries
            .iter()
            .map(|d| (d.to.clone(), d.state, d.withheld, d.cause.clone()))
            .collect()
    };
    let of = async |from: &str, to: &[&str], whose: &str| {
        let reference = format!("{from}-{whose}");
        let sent = world.send(from, to, progress(&reference, whose, "c"), at(3)).await;
        seen(&sent)
    };
    let protected = of(AFT, &[GP], KARI).await;
    assert_eq!(protected, of(AFT, &[GP], OLA).await);
    assert_eq!(protected[0].1, "blocked");
    for (from, to) in [(DPS, GP), (GP, AFT)] {
        let stranger = of(from, &[to], KARI).await;
        assert_eq!(stranger, of(from, &[to], OLA).await);
        assert_eq!(stranger, of(from, &[to], unknown).await);
    }
    // A grant that rests on a legal duty survives a withdrawal, so that its sender does not notice the withdrawal.
    let by_duty = world.send(AFT, &[NAV], progress("d1", KARI, "c"), at(3)).await;
    assert_eq!(by_duty.deliveries[0].cause.as_ref().unwrap().code, "BL-2001");
    let shown = async |number| {
        let consent = world
            .store()
            .consent(bindeledd_core::ConsentId(uuid::Uuid::from_u128(number)))
            .await
            .unwrap()
            .unwrap()
            .seen_by_parties();
        (consent.status, consent.version)
    };
    assert_eq!(shown(1).await, shown(9).await);
}

/// Address protection can be lifted, and can be set before the first consent.
pub async fn address_protection_is_lifted_and_comes_before_a_consent<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let grants = || vec![grant(AFT, GP, &[Category::Progress])];
    world.consent(1, KARI, grants()).await;
    let protect = async |whose, on, now| {
        let number = person(whose);
        let set = world.store().set_protected(&number, on, &Actor::Operator, at(now));
        set.await.unwrap()
    };
    let kari = protect(KARI, true, 2).await;
    assert!(world.store().ledger(kari).await.unwrap().protected);
    protect(KARI, false, 4).await;
    let lifted = world.send(AFT, &[GP], progress("r3", KARI, "c"), at(5)).await;
    assert_eq!(lifted.deliveries[0].state, "waiting");
    assert_eq!(
        (
            world.audited("protected").await,
            world.audited("protection-lifted").await
        ),
        (1, 1)
    );
    // The hub does not know this person.
    protect(OLA, true, 6).await;
    let new = consent(2, OLA, at(6), grants());
    world
        .store()
        .register_consent(new, &Actor::Operator, at(6))
        .await
        .unwrap()
        .unwrap();
    let ola = world.send(AFT, &[GP], progress("r4", OLA, "c"), at(7)).await;
    assert_eq!(ola.deliveries[0].state, "blocked");
}

fn ending(reference: &str, reason: &str) -> Draft {
    let body = json!({"reason": reason, "proposedDate": "2026-12-01"});
    draft(reference, KARI, "c", "measure-end-proposed", body)
}

/// Returns the alert's count. Within a day there is one alert for each participant.
async fn ending_alerts<P: TestStore>(world: &World<P>, party: Option<&str>) -> u32 {
    let filter = AlertFilter {
        kind: Some(AlertKind::EndingWithoutDialogue),
        party: party.map(id),
        state: None,
        before: None,
        limit: 10,
    };
    world
        .store()
        .alerts(&filter)
        .await
        .unwrap()
        .iter()
        .map(|alert| alert.times)
        .sum()
}

/// An ending without dialogue raises an alert, since the hub exists to prevent this mistake.
pub async fn an_ending_without_dialogue_raises_an_alert<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let both = [Category::Outcome, Category::TreatmentStatus];
    let grants = vec![grant(AFT, NAV, &both), grant(AFT, GP, &[Category::Outcome])];
    let kari = world.consent(1, KARI, grants).await;
    let treatment = draft("t", KARI, "c", "treatment-status", json!({"status": "started"}));
    world.send(DPS, &[AFT], treatment, at(1)).await;
    world.send(AFT, &[NAV], ending("r0", "FATT_JOBB"), at(2)).await;
    assert_eq!(ending_alerts(&world, None).await, 0);
    let accepted = world.send(AFT, &[NAV, GP], ending("r1", "SYK"), at(3)).await;
    assert_eq!(accepted.deliveries[0].state, "waiting", "it is delivered all the same");
    let filter = AlertFilter {
        limit: 10,
        ..AlertFilter::default()
    };
    let alerts = world.store().alerts(&filter).await.unwrap();
    assert_eq!(alerts.len(), 1);
    assert_eq!(
        (alerts[0].message, alerts[0].participant),
        (Some(accepted.id), Some(kari))
    );
    for (party, sees) in [(AFT, 1), (NAV, 1), (GP, 0), (DPS, 0)] {
        assert_eq!(ending_alerts(&world, Some(party)).await, sees, "{party}");
    }
    // A repeated document raises no second alert.
    assert!(world.send(AFT, &[NAV, GP], ending("r1", "SYK"), at(4)).await.repeated);
    assert_eq!(ending_alerts(&world, None).await, 1);
}

/// An answer after the treatment status counts as dialogue. An earlier answer does not count, nor does a message that reached
/// nobody.
pub async fn a_dialogue_since_the_treatment_raises_none<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let about = [Category::Function, Category::Dialogue];
    let grants = || {
        vec![
            grant(AFT, NAV, &[Category::Outcome, Category::TreatmentStatus]),
            grant(GP, AFT, &about),
            grant(DPS, AFT, &[Category::TreatmentStatus]),
        ]
    };
    world.consent(1, KARI, grants()).await;
    let answer = |reference| {
        draft(
            reference,
            KARI,
            reference,
            "answer",
            json!({"text": "Ja", "about": ["function"]}),
        )
    };
    let came = async |from: &str, draft, now: i64| {
        let delivery = world.deliver(from, AFT, draft, at(now)).await;
        world.carry(delivery, Outcome::Delivered, at(now)).await;
    };
    came(GP, answer("a1"), 1).await;
    came(
        DPS,
        draft("t", KARI, "t", "treatment-status", json!({"status": "started"})),
        2,
    )
    .await;
    let mut ended = 0;
    let mut end = async |now: i64| {
        ended += 1;
        world
            .send(AFT, &[NAV], ending(&format!("e{ended}"), "SYK"), at(now))
            .await;
        ending_alerts(&world, None).await
    };
    assert_eq!(end(3).await, 1);
    // A message from a party without a grant reaches nobody, whatever its kind. The party's own ending raises no alert for it.
    for (kind, body) in [
        ("answer", json!({"text": "Ja", "about": ["function"]})),
        ("meeting-response", json!({"answer": "accepted"})),
    ] {
        let strange = draft(&format!("s-{kind}"), KARI, kind, kind, body);
        let sent = world.send(NAV, &[AFT], strange, at(4)).await;
        assert_eq!(sent.deliveries[0].state, "blocked");
    }
    assert_eq!(end(5).await, 2);
    world.send(NAV, &[AFT], ending("s-e", "SYK"), at(5)).await;
    assert_eq!(ending_alerts(&world, None).await, 2);
    // An answer that still waits has not arrived.
    let waits = world.deliver(GP, AFT, answer("a2"), at(6)).await;
    assert_eq!(end(7).await, 3);
    world.carry(waits, Outcome::Delivered, at(8)).await;
    assert_eq!(end(9).await, 3);
    // A treatment status from a party without a grant does not make earlier dialogue outdated.
    let told = draft("s-t", KARI, "s-t", "treatment-status", json!({"status": "started"}));
    world.send(NAV, &[AFT], told, at(10)).await;
    assert_eq!(end(11).await, 3);
    // Dialogue about another participant does not count.
    world.consent(2, OLA, grants()).await;
    let mut other = ending("r3", "SYK");
    other.participant.national_id = person(OLA);
    world.send(AFT, &[NAV], other, at(12)).await;
    assert_eq!(ending_alerts(&world, None).await, 4);
}

/// A reply to a third party contains no ids of the exchange that the reply answers.
pub async fn a_third_party_gets_no_names_of_others<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let all = [Category::Progress, Category::Dialogue, Category::Function];
    let grants = vec![grant(AFT, GP, &all), grant(GP, AFT, &all), grant(GP, DPS, &all)];
    world.consent(1, KARI, grants).await;
    let first = world
        .send(AFT, &[GP], progress("AFT-1", KARI, "samtale-hos-AFT"), at(1))
        .await;
    world.carry(first.deliveries[0].id, Outcome::Delivered, at(2)).await;
    let reply = async |reference: &str, now| {
        // The engine puts a reply into the conversation of the answered message.
        let body = json!({"text": "Ja", "about": ["function"]});
        let mut raw = draft(reference, KARI, "samtale-hos-AFT", "answer", body).to_json();
        raw["inReplyTo"] = first.id.to_string().into();
        let to = Receivers::Parties(vec![id(AFT), id(DPS)]);
        let new = bindeledd_engine::ports::NewMessage {
            in_reply_to: Some(first.id),
            ..world.new_message(Draft::from_json(raw).unwrap(), to, at(now))
        };
        let accepted = world.accept(world.acceptance(GP, vec![new]), at(now)).await;
        accepted.unwrap().remove(0)
    };
    let to_write = async |delivery| {
        world
            .store()
            .release_input(delivery)
            .await
            .unwrap()
            .unwrap()
            .to_write
            .unwrap()
    };
    let answered = reply("GP-1", 3).await;
    let [to_aft, to_dps] = [0, 1].map(|n| answered.deliveries[n].id);
    let own = to_write(to_aft).await;
    assert_eq!(
        own.message.draft.conversation.as_ref().unwrap().as_str(),
        "samtale-hos-AFT"
    );
    assert!(own.message.draft.in_reply_to.is_some() && own.references.in_reply_to.is_some());
    let third = to_write(to_dps).await;
    let written = third.message.to_json().to_string();
    assert!(
        !written.contains("samtale-hos-AFT") && !written.contains(&first.id.to_string()),
        "{written}"
    );
    assert_eq!(third.references, bindeledd_core::contract::References::default());
    assert_eq!(
        third.message.draft.conversation.as_ref().unwrap().as_str(),
        answered.id.to_string()
    );
    world.carry(to_dps, Outcome::Delivered, at(4)).await;
    world.carry(to_aft, Outcome::Delivered, at(4)).await;
    // A later message has the id under which the third party knows the conversation.
    let next = reply("GP-2", 5).await;
    let third = to_write(next.deliveries[1].id).await;
    assert_eq!(
        third.message.draft.conversation.as_ref().unwrap().as_str(),
        answered.id.to_string()
    );
    assert_eq!(third.references.conversation, Some(format!("ext-{to_dps}")));
}

/// A reply finds the answered message by the hub's id or by an external one, but only for a party of that message.
pub async fn replies_find_what_they_refer_to<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world
        .consent(1, KARI, vec![grant(AFT, GP, &[Category::Dialogue, Category::Function])])
        .await;
    let question = draft(
        "q",
        KARI,
        "samtale-1",
        "question",
        json!({"text": "Hva nå?", "about": ["function"]}),
    );
    let accepted = world.send(AFT, &[GP], question, at(1)).await;
    let delivery = accepted.deliveries[0].id;
    let found = async |party: &str, reference: &str| world.store().replied_to(&id(party), reference).await.unwrap();
    let by_id = accepted.id.to_string();
    assert_eq!(found(GP, &by_id).await, None, "it was not handed over yet");
    world.carry(delivery, Outcome::Delivered, at(2)).await;
    for (party, reference) in [
        (GP, by_id.clone()),
        (AFT, by_id.clone()),
        (GP, format!("ext-{delivery}")),
    ] {
        let replied = found(party, &reference).await.unwrap();
        assert_eq!((replied.message, replied.from), (accepted.id, id(AFT)));
        assert_eq!(replied.conversation, "samtale-1");
        assert_eq!(
            (replied.kind.code(), replied.about),
            ("question", CategorySet::of(&[Category::Function]))
        );
    }
    assert_eq!(found(DPS, &by_id).await, None);
    assert_eq!(found(AFT, &format!("ext-{delivery}")).await, None);
    assert_eq!(found(GP, "nothing").await, None);
}

/// A receiver gets a message with the receiver's own ids for earlier messages.
pub async fn the_receivers_own_ids_are_given_for_the_writing<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let all = [Category::Progress, Category::Dialogue, Category::Function];
    world
        .consent(1, KARI, vec![grant(AFT, GP, &all), grant(GP, AFT, &all)])
        .await;
    let first = world.send(AFT, &[GP], progress("AFT-1", KARI, "c"), at(1)).await;
    let opened = first.deliveries[0].id;
    world.carry(opened, Outcome::Delivered, at(2)).await;
    // The GP answers the message, and the provider answers that answer.
    let reply = async |from: &str, to: &str, reference: &str, to_message, now| {
        let body = json!({"text": "Ja", "about": ["function"]});
        let new = world.new_message(
            draft(reference, KARI, "c", "answer", body),
            Receivers::Parties(vec![id(to)]),
            now,
        );
        let new = bindeledd_engine::ports::NewMessage {
            in_reply_to: Some(to_message),
            ..new
        };
        world
            .accept(world.acceptance(from, vec![new]), now)
            .await
            .unwrap()
            .remove(0)
    };
    let references = async |delivery| {
        world
            .store()
            .release_input(delivery)
            .await
            .unwrap()
            .unwrap()
            .to_write
            .unwrap()
            .references
    };
    let second = reply(GP, AFT, "GP-1", first.id, at(3)).await;
    let to_aft = references(second.deliveries[0].id).await;
    assert_eq!(to_aft.in_reply_to.as_deref(), Some("AFT-1"));
    assert_eq!(to_aft.conversation.as_deref(), Some("AFT-1"));
    world.carry(second.deliveries[0].id, Outcome::Delivered, at(4)).await;
    let third = reply(AFT, GP, "AFT-2", second.id, at(5)).await;
    let to_gp = references(third.deliveries[0].id).await;
    assert_eq!(to_gp.in_reply_to.as_deref(), Some("GP-1"));
    assert_eq!(to_gp.conversation, Some(format!("ext-{opened}")));
    // A correction names the corrected message by the sender's own reference.
    let mut correction = progress("AFT-3", KARI, "c").to_json();
    correction["supersedes"] = "AFT-1".into();
    let correction = Draft::from_json(correction).unwrap();
    let corrected = world.deliver(AFT, GP, correction, at(6)).await;
    assert_eq!(references(corrected).await.supersedes, Some(format!("ext-{opened}")));
    a_correction_says_what_it_corrects(&world, corrected, first.id).await;
}

/// Checks the data for writing a correction, for a receiver that has the corrected message and for one that does not.
async fn a_correction_says_what_it_corrects<P: TestStore>(world: &World<P>, corrected: DeliveryId, first: MessageId) {
    let input = world.store().release_input(corrected).await.unwrap().unwrap();
    let corrects = input.to_write.unwrap().message.corrects.clone().unwrap();
    assert_eq!((corrects.id, corrects.reference.as_str()), (first, "AFT-1"));
    assert_eq!(
        corrects.sent_at,
        progress("AFT-1", KARI, "c").sent_at,
        "the sender's own time"
    );
    // A whole message contains nothing about a message that the receiver was never sent.
    for named in ["never-sent", "AFT-4"] {
        let mut whole = progress(&format!("{named}-whole"), KARI, "c").to_json();
        whole["supersedes"] = named.into();
        world.send(AFT, &[GP], progress("AFT-4", OLA, "c"), at(7)).await;
        let whole = world.deliver(AFT, GP, Draft::from_json(whole).unwrap(), at(8)).await;
        let written = world
            .store()
            .release_input(whole)
            .await
            .unwrap()
            .unwrap()
            .to_write
            .unwrap();
        assert_eq!(
            (&written.message.corrects, &written.message.draft.supersedes),
            (&None, &None),
            "{named}"
        );
        assert_eq!(written.references.supersedes, None);
    }
}

/// A message that supersedes another belongs to the other's conversation, however it names the other message and whatever
/// conversation it names itself.
pub async fn what_supersedes_a_message_goes_on_with_its_conversation<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let all = [Category::Progress];
    for (n, whose) in [(1, KARI), (2, OLA)] {
        let grants = vec![grant(AFT, GP, &all), grant(GP, AFT, &all)];
        world.consent(n, whose, grants).await;
    }
    let superseding = |reference: &str, whose: &str, named: &str| {
        let mut draft = progress(reference, whose, "another").to_json();
        draft["supersedes"] = named.into();
        Draft::from_json(draft).unwrap()
    };
    let first = world.send(AFT, &[GP], progress("AFT-1", KARI, "first"), at(1)).await;
    let head = first.deliveries[0].id;
    for (n, named) in ["AFT-1".to_owned(), first.id.to_string()].iter().enumerate() {
        let draft = superseding(&format!("AFT-2-{n}"), KARI, named);
        let behind = world.deliver(AFT, GP, draft, at(2)).await;
        assert_eq!(conversation_to_write(&world, behind).await, "first");
        assert_eq!(world.due(GP, at(3)).await, [head], "it comes behind the first");
    }
    // In a document, a message can supersede an earlier message of the same document.
    let to = |party| Receivers::Parties(vec![id(party)]);
    let both = [progress("AFT-3", OLA, "second"), superseding("AFT-4", OLA, "AFT-3")];
    let both = both.map(|draft| world.new_message(draft, to(GP), at(4)));
    let accepted = world.accept(world.acceptance(AFT, both.to_vec()), at(4)).await.unwrap();
    assert_eq!(
        conversation_to_write(&world, accepted[1].deliveries[0].id).await,
        "second"
    );
    // If the message names nothing that its sender sent about the same person, it keeps the conversation that its sender named.
    for (from, party, reference, whose, named) in [
        (GP, AFT, "GP-1", KARI, "AFT-1"),
        (AFT, GP, "AFT-5", OLA, "AFT-1"),
        (AFT, GP, "AFT-6", KARI, "AFT-99"),
    ] {
        let alone = world
            .deliver(from, party, superseding(reference, whose, named), at(5))
            .await;
        assert_eq!(conversation_to_write(&world, alone).await, "another", "{reference}");
    }
    // A repeated message is the same message, whatever conversation it names.
    let mut again = superseding("AFT-2-0", KARI, "AFT-1").to_json();
    again["conversation"] = "third".into();
    let again = world.send(AFT, &[GP], Draft::from_json(again).unwrap(), at(6)).await;
    assert!(again.repeated);
}

/// Returns the conversation in the content from which a delivery is written.
async fn conversation_to_write<P: TestStore>(world: &World<P>, delivery: DeliveryId) -> String {
    let input = world.store().release_input(delivery).await.unwrap().unwrap();
    let message = input.to_write.unwrap().message;
    message.draft.conversation.as_ref().unwrap().as_str().to_owned()
}
