//! Receivers that fetch, and people who enter the fetched documents.

use bindeledd_core::account::{Account, Acting, DisplayName, LoginName, Role, Roles, SecondFactor};
use bindeledd_core::alert::AlertKind;
use bindeledd_core::delivery::ByHand;
use bindeledd_core::{AccessReason, AccountId, PartyId};
use bindeledd_engine::ports::{Acknowledged, Actor};
use bindeledd_engine::{EngineError, InboxItem, OpeningError};
use bindeledd_test_engine::{GP, PROVIDER, READER, TestEngine, progress};
use jiff::Timestamp;
use uuid::Uuid;

use crate::s;

async fn look(test: &TestEngine, by: Acting<'_>) -> Vec<InboxItem> {
    let reader = test.party(READER);
    if by == Acting::Operator {
        let reason = AccessReason::parse("skrives ut for mottakeren").unwrap();
        let look = test.engine().open_inbox(&reader, 10, &reason, by).await.unwrap();
        assert!(look.leave.begin());
        return look.items.iter().map(|item| item.content().clone()).collect();
    }
    let look = test.engine().inbox(&reader, 10, by).await.unwrap();
    assert!(look.leave.begin());
    look.items
}

#[tokio::test]
async fn a_document_stays_in_the_inbox_until_it_is_acknowledged() {
    let test = TestEngine::new().await;
    let delivery = test.deliver(&progress("r1", "c", READER)).await;
    let behind = test.deliver(&progress("r2", "c", READER)).await;
    let reader = test.party(READER);
    let by = Acting::Party(&reader);
    let first = look(&test, by).await;
    assert_eq!(
        first.iter().map(|item| item.delivery).collect::<Vec<_>>(),
        [delivery, behind]
    );
    assert_eq!(look(&test, by).await, first, "the same bytes");
    for _ in 0..2 {
        let taken = test.engine().acknowledge(&reader, delivery, by).await.unwrap();
        assert_eq!(taken, Acknowledged::Delivered);
    }
    assert_eq!(look(&test, by).await, first[1..]);
    let gp = test.party(GP);
    let stranger = test
        .engine()
        .acknowledge(&gp, behind, Acting::Party(&gp))
        .await
        .unwrap();
    assert_eq!(stranger, Acknowledged::Nothing);
    assert_eq!(test.sent(), [], "nothing leaves by itself");
}

#[tokio::test]
async fn what_was_withdrawn_is_in_no_inbox_though_it_was_shown_before() {
    let test = TestEngine::new().await;
    let shown = test.deliver(&progress("r1", "c", READER)).await;
    let reader = test.party(READER);
    let by = Acting::Party(&reader);
    assert_eq!(look(&test, by).await.len(), 1);
    let answer = test.withdraw().await;
    assert_eq!(answer.handed_over, [shown]);
    let left = look(&test, by).await;
    assert!(
        left.iter().all(|item| item.delivery != shown),
        "word of the withdrawal alone: {left:?}"
    );
}

#[tokio::test]
async fn what_a_person_takes_is_delivered_when_that_person_says_so() {
    let test = TestEngine::new().await;
    test.adapters.enter_by_hand();
    let reader = test.party(READER);
    for (reference, said, state) in [
        ("r1", ByHand::Entered, "delivered"),
        ("r2", ByHand::NotPossible, "failed"),
    ] {
        let delivery = test.deliver(&progress(reference, reference, READER)).await;
        assert_eq!(look(&test, Acting::Operator).await.len(), 1);
        let taken = test
            .engine()
            .acknowledge(&reader, delivery, Acting::Operator)
            .await
            .unwrap();
        assert_eq!(taken, Acknowledged::WithPerson);
        assert_eq!(test.state(delivery).await, "with-a-person");
        for _ in 0..2 {
            assert!(
                test.engine()
                    .by_hand(&reader, delivery, said, Acting::Operator)
                    .await
                    .unwrap()
            );
        }
        assert_eq!(test.state(delivery).await, state);
    }
    assert_eq!(
        test.alerts(Some(PROVIDER)).await,
        [(AlertKind::DeliveryFailed, "BL-4032".to_owned())]
    );
    assert_eq!(
        (
            test.audited("content-opened").await,
            test.audited("acknowledged-for").await
        ),
        (2, 2)
    );
}

#[tokio::test]
async fn what_nobody_says_anything_of_fails_in_time() {
    let test = TestEngine::new().await;
    let reader = test.party(READER);
    let delivery = test.deliver(&progress("r1", "c", READER)).await;
    look(&test, Acting::Operator).await;
    test.engine()
        .acknowledge(&reader, delivery, Acting::Operator)
        .await
        .unwrap();
    test.advance(s(15 * 24 * 3600));
    test.until(delivery, "failed").await;
    assert_eq!(test.code(delivery).await, "BL-4032");
}

#[tokio::test]
async fn a_party_with_an_address_has_no_inbox() {
    let test = TestEngine::new().await;
    let gp = test.party(GP);
    let reason = AccessReason::parse("sak 17").unwrap();
    let looked = test.engine().open_inbox(&gp, 10, &reason, Acting::Operator).await;
    assert!(matches!(looked, Err(EngineError::Conflict { .. })));
    let looked = test.engine().inbox(&gp, 10, Acting::Operator).await;
    assert!(matches!(looked, Err(EngineError::Opening(OpeningError::NeedsReason))));
}

fn person(role: Role, party: Option<PartyId>) -> Account {
    Account {
        id: AccountId(Uuid::from_u128(0x11)),
        login: LoginName::parse("kari").unwrap(),
        name: DisplayName::parse("Kari").unwrap(),
        roles: Roles::of(&[role], party.as_ref()).unwrap(),
        party,
        made_at: Timestamp::UNIX_EPOCH,
        made_by: Actor::Operator,
        disabled_at: None,
        password_set_at: None,
        second_factor: SecondFactor::Totp,
    }
}

#[tokio::test]
async fn a_person_of_a_mailbox_takes_its_documents_as_the_party_itself() {
    let test = TestEngine::new().await;
    let reader = test.party(READER);
    let delivery = test.deliver(&progress("r1", "c", READER)).await;
    let kari = person(Role::MailboxUser, Some(reader.clone()));
    assert_eq!(look(&test, Acting::Person(&kari)).await.len(), 1);
    let taken = test
        .engine()
        .acknowledge(&reader, delivery, Acting::Person(&kari))
        .await;
    assert_eq!(taken.unwrap(), Acknowledged::Delivered);
    assert_eq!(
        (test.audited("inbox-read").await, test.audited("acknowledged-for").await),
        (1, 0),
        "the log names the reader, who took nothing for somebody else"
    );
}

/// The console shows no content, and a mailbox belongs to one party.
#[tokio::test]
async fn no_other_person_sees_content() {
    let test = TestEngine::new().await;
    test.adapters.enter_by_hand();
    let reader = test.party(READER);
    let delivery = test.deliver(&progress("r1", "c", READER)).await;
    let refused = |error: EngineError| matches!(error, EngineError::NotAllowed { .. });
    let engine = test.engine();
    let reason = AccessReason::parse("innsynskrav 2026/17").unwrap();
    let others = [Role::Viewer, Role::Operator, Role::Auditor, Role::Administrator];
    let others = others.map(|role| person(role, None)).into_iter();
    for other in others.chain([person(Role::TeamLeader, Some(test.party(GP)))]) {
        let by = Acting::Person(&other);
        assert!(refused(engine.inbox(&reader, 10, by).await.unwrap_err()));
        assert!(refused(engine.open_inbox(&reader, 10, &reason, by).await.unwrap_err()));
        assert!(refused(engine.acknowledge(&reader, delivery, by).await.unwrap_err()));
        assert!(refused(engine.export(test.kari, &reason, by).await.err().unwrap()));
    }
    look(&test, Acting::Operator).await;
    engine.acknowledge(&reader, delivery, Acting::Operator).await.unwrap();
    let (viewer, operator) = (person(Role::Viewer, None), person(Role::Operator, None));
    let said = ByHand::Entered;
    let by_viewer = engine.by_hand(&reader, delivery, said, Acting::Person(&viewer)).await;
    assert!(refused(by_viewer.unwrap_err()));
    let by_operator = engine.by_hand(&reader, delivery, said, Acting::Person(&operator)).await;
    assert!(by_operator.unwrap());
}
