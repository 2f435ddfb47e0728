//! Tests which parties see each alert.

use bindeledd_core::alert::{AlertKind, AlertStanding};
use bindeledd_core::audit::AuditAction;
use bindeledd_core::notice::EmailAddress;
use bindeledd_core::{Category, Notify, Party, PartyKind};
use bindeledd_engine::ports::{Actor, AlertFilter};
use bindeledd_test_engine::{GP, PROVIDER, READER, SPECIALIST, TestEngine, answer, consent, draft, party, progress};
use bindeledd_watch::{Near, OperatorEvent, act_on};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::origin;

fn support(reference: &str, urgency: &str) -> Value {
    let body = json!({"what": "Det butter", "urgency": urgency});
    draft(reference, reference, GP, "support-request", body)
}

#[tokio::test]
async fn something_urgent_that_is_blocked_is_told_at_once_and_what_can_wait_is_not() {
    let test = TestEngine::new().await;
    assert_eq!(
        test.accept(&support("r1", "this-week")).await.deliveries[0].state,
        "blocked"
    );
    assert_eq!(test.alerts(None).await, []);
    assert_eq!(
        test.accept(&support("r2", "today")).await.deliveries[0].state,
        "blocked"
    );
    let told = test.alerts(Some(PROVIDER)).await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].0, AlertKind::UrgentBlocked);
    assert_eq!(test.alerts(Some(GP)).await, []);
}

#[tokio::test]
async fn something_urgent_for_a_receiver_that_only_mail_tells_asks_for_a_call() {
    let test = TestEngine::new().await;
    let all = [Category::Facilitation];
    for (n, to) in [(70, READER), (71, SPECIALIST)] {
        test.engine()
            .register_consent(consent(n, PROVIDER, to, &all), &Actor::Operator)
            .await
            .unwrap();
    }
    let to = |reference: &str, to: &str, urgency: &str| {
        let body = json!({"what": "Det butter", "urgency": urgency});
        draft(reference, reference, to, "support-request", body)
    };
    let waits = async || standings(&test, AlertKind::UrgentWaits).await;
    // A receiver with an address has a system, and so has one that fetches without any mail.
    for (reference, receiver) in [("u1", SPECIALIST), ("u2", READER)] {
        let accepted = test.accept(&to(reference, receiver, "today")).await;
        assert_ne!(accepted.deliveries[0].state, "blocked", "{receiver}");
    }
    assert_eq!(waits().await, []);
    let told_by_mail = Party {
        notify: Some(Notify {
            email: EmailAddress::parse("post@fontenehuset.example").unwrap(),
        }),
        ..party(READER, PartyKind::Clubhouse, false)
    };
    test.engine().put_party(told_by_mail, &Actor::Operator).await.unwrap();
    test.accept(&to("u3", READER, "this-week")).await;
    assert_eq!(waits().await, []);
    let urgent = test.accept(&to("u4", READER, "today")).await;
    assert_eq!(waits().await, [AlertStanding::Open]);
    for viewer in [PROVIDER, READER] {
        let seen = test.alerts(Some(viewer)).await;
        assert!(seen.iter().any(|(kind, _)| *kind == AlertKind::UrgentWaits), "{viewer}");
    }
    assert_eq!(test.alerts(Some(GP)).await, []);
    test.engine().cancel(urgent.id, &Actor::Operator).await.unwrap();
    assert_eq!(waits().await, [AlertStanding::Closed]);
}

#[tokio::test]
async fn an_ending_for_treatment_without_a_talk_is_told_and_one_after_it_is_not() {
    let test = TestEngine::new().await;
    let all = [Category::Outcome, Category::TreatmentStatus, Category::Meeting];
    for (n, from, to) in [(60, PROVIDER, GP), (61, GP, PROVIDER)] {
        test.engine()
            .register_consent(consent(n, from, to, &all), &Actor::Operator)
            .await
            .unwrap();
    }
    let ending = |reference: &str| {
        let body = json!({"reason": "SYK", "proposedDate": "2026-12-01"});
        draft(reference, reference, GP, "measure-end-proposed", body)
    };
    let told = async || {
        let all = test.alerts(Some(PROVIDER)).await;
        all.into_iter()
            .filter(|(kind, _)| *kind == AlertKind::EndingWithoutDialogue)
            .count()
    };
    test.accept(&ending("e1")).await;
    assert_eq!(told().await, 1);
}

#[tokio::test]
async fn many_failures_of_one_party_are_one_alert_a_day() {
    let test = TestEngine::new().await;
    for n in 0..5 {
        test.courier.next_answer(&origin(GP), answer(400));
        let delivery = test.deliver(&progress(&format!("r{n}"), &format!("c{n}"), GP)).await;
        test.until(delivery, "refused").await;
    }
    test.courier.next_answer(&origin(SPECIALIST), answer(400));
    let other = test.deliver(&progress("r9", "c9", SPECIALIST)).await;
    test.until(other, "refused").await;
    let told = test.alerts(Some(PROVIDER)).await;
    assert_eq!(
        told,
        vec![(AlertKind::DeliveryFailed, "BL-4004".to_owned()); 2],
        "one a receiver"
    );
    assert_eq!(test.audited("alert-raised").await, 2);
}

#[tokio::test]
async fn an_alert_about_the_hub_and_the_row_that_says_what_it_is_about_come_together() {
    let test = TestEngine::new().await;
    let alert = bindeledd_core::alert::Alert {
        id: bindeledd_core::AlertId(test.engine().random_id()),
        kind: AlertKind::CertificateExpiring,
        raised_at: test.engine().now(),
        participant: None,
        message: None,
        delivery: None,
        party: None,
        code: Some("BL-6014 listen.tls_certificate".into()),
        times: 1,
        last_at: test.engine().now(),
        ended_at: None,
        state: bindeledd_core::alert::AlertState::Open,
    };
    let detail = json!({"certificate": "listen.tls_certificate"});
    test.engine()
        .raise(&alert, AuditAction::CertificateExpiring, &detail)
        .await
        .unwrap();
    let rows: Vec<_> = test.audit().await.into_iter().map(|row| row.action).collect();
    assert_eq!(rows[rows.len() - 2..], ["alert-raised", "certificate-expiring"]);
    assert_eq!(
        test.until_alert(AlertKind::CertificateExpiring).await,
        alert.code.unwrap()
    );
}

/// Returns the standing of each alert of a kind, newest first.
async fn standings(test: &TestEngine, kind: AlertKind) -> Vec<AlertStanding> {
    let filter = AlertFilter {
        kind: Some(kind),
        limit: 10,
        ..AlertFilter::default()
    };
    let alerts = test.engine().views().alerts(&filter).await.unwrap();
    alerts.iter().map(|alert| alert.state.standing()).collect()
}

#[tokio::test]
async fn a_cause_outside_the_store_closes_its_alert_when_it_is_over() {
    let test = TestEngine::new().await;
    let at = |days: i64| test.engine().now() + SignedDuration::from_hours(24 * days);
    let ending = |key: &str| OperatorEvent::CertificateEnding {
        key: key.into(),
        days: 7,
        since: at(-1),
        until: at(6),
    };
    let found = |days: i64| OperatorEvent::CertificateFound {
        key: "credentials.gp".into(),
        until: at(days),
    };
    let near = OperatorEvent::SecondPlaceNear {
        near: Near::Beside,
        week: 1,
    };
    for event in [
        ending("credentials.gp"),
        ending("credentials.gp.other"),
        OperatorEvent::CredentialRefused("nhn".into()),
        near,
        found(6),
        OperatorEvent::CredentialWorks("other".into()),
    ] {
        act_on(test.engine(), &event).await;
    }
    let certificate = AlertKind::CertificateAlmostExpired;
    use AlertStanding::{Closed, Open};
    assert_eq!(
        standings(&test, certificate).await,
        [Open, Open],
        "it is the same certificate"
    );
    assert_eq!(standings(&test, AlertKind::CredentialRefused).await, [Open]);
    for event in [
        found(400),
        OperatorEvent::CredentialWorks("nhn".into()),
        OperatorEvent::SecondPlaceFar,
    ] {
        act_on(test.engine(), &event).await;
    }
    let mut certificates = standings(&test, certificate).await;
    certificates.sort();
    assert_eq!(certificates, [Open, Closed], "the other certificate is as it was");
    assert_eq!(standings(&test, AlertKind::CredentialRefused).await, [Closed]);
    assert_eq!(standings(&test, AlertKind::SecondPlaceNear).await, [Closed]);
}
