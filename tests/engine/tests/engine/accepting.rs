//! Tests that acceptance takes effect once, and as a whole or not at all.

use bindeledd_core::Category;
use bindeledd_core::account::Acting;
use bindeledd_engine::ports::Actor;
use bindeledd_engine::{DocumentAnswer, EngineError, FreeText, Settings};
use bindeledd_test_engine::{GP, PROVIDER, READER, TestEngine, consent, draft, progress, question};
use serde_json::json;

use crate::s;

#[tokio::test]
async fn the_same_twice_is_one_message_and_other_content_is_refused() {
    let test = TestEngine::new().await;
    let first = test.accept(&progress("r1", "c", GP)).await;
    let again = test.accept(&progress("r1", "c", GP)).await;
    assert_eq!((again.id, again.repeated), (first.id, true));
    test.until(first.deliveries[0].id, "delivered").await;
    let other = test.try_accept(PROVIDER, &progress("r1", "c", READER)).await;
    assert!(matches!(other, Err(EngineError::ReferenceTaken { earlier }) if earlier == first.id));
    assert_eq!(test.sent().len(), 1);
}

#[tokio::test]
async fn a_refused_document_does_not_take_its_reference() {
    let test = TestEngine::with(Settings {
        free_text: FreeText::Refuse,
        ..Settings::default()
    })
    .await;
    let mut message = question("r1", GP);
    message["body"]["text"] = json!("Ring 31777207884 om det.");
    let refused = test.try_accept(PROVIDER, &message).await;
    assert!(matches!(refused, Err(EngineError::FreeText { .. })), "{refused:?}");
    assert_eq!(test.audited("text-refused").await, 1);
    let accepted = test.accept(&question("r1", GP)).await;
    assert!(!accepted.repeated);
}

#[tokio::test]
async fn what_no_grant_covers_is_blocked_and_goes_by_a_replay_after_a_new_consent() {
    let test = TestEngine::new().await;
    let outcome = draft(
        "r1",
        "c",
        GP,
        "function-update",
        json!({"manages": ["Kan sitte i to timer"]}),
    );
    let accepted = test.accept(&outcome).await;
    let delivery = accepted.deliveries[0].id;
    assert_eq!(accepted.deliveries[0].state, "blocked");
    test.advance(s(60));
    assert_eq!(
        test.engine().retry(accepted.id, &Actor::Operator).await.unwrap(),
        [],
        "still blocked"
    );
    let wider = consent(50, PROVIDER, GP, &[Category::Function]);
    test.engine().register_consent(wider, &Actor::Operator).await.unwrap();
    test.advance(s(60));
    assert_eq!(test.state(delivery).await, "blocked", "it never reopens by itself");
    test.engine().retry(accepted.id, &Actor::Operator).await.unwrap();
    let sent = test.until_sent(1).await;
    assert_eq!(sent[0].json()["kind"], "function-update");
}

#[tokio::test]
async fn what_no_grant_covers_of_a_message_is_left_out() {
    let test = TestEngine::new().await;
    let body = json!({"goals": ["Tilbake i arbeid"], "adaptations": ["Høyt bord"]});
    let accepted = test.accept(&draft("r1", "c", GP, "start-meeting-summary", body)).await;
    let withheld = accepted.deliveries[0].withheld;
    assert_eq!(withheld, bindeledd_core::CategorySet::of(&[Category::Facilitation]));
    test.until(accepted.deliveries[0].id, "delivered").await;
    let sent = test.sent()[0].json();
    assert_eq!(sent["body"], json!({"goals": ["Tilbake i arbeid"]}), "{sent}");
}

#[tokio::test]
async fn a_document_of_nothing_and_one_that_traps_cost_nobody_anything() {
    let test = TestEngine::new().await;
    assert!(matches!(
        test.document(GP, b"nothing").await.unwrap(),
        DocumentAnswer::Nothing(_)
    ));
    assert!(matches!(test.document(GP, b"trap").await, Err(EngineError::Adapter(_))));
    assert!(matches!(
        test.document(GP, b"refuse").await,
        Err(EngineError::Refused(_))
    ));
    // The refusal includes an answer in the sender's own format.
    let sent = test.until_sent(1).await;
    assert_eq!(
        (sent[0].body.as_slice(), sent[0].to.as_str()),
        (&b"<AppRec/>"[..], "https://fjellvik-legekontor.example")
    );
    let delivery = test.deliver(&progress("r1", "c", GP)).await;
    test.until(delivery, "delivered").await;
}

#[tokio::test]
async fn an_answer_goes_back_to_whoever_asked_in_the_same_conversation() {
    let test = TestEngine::new().await;
    let asked = test.accept(&question("q1", GP)).await;
    test.until(asked.deliveries[0].id, "delivered").await;
    let mut reply = draft(
        "a1",
        "other",
        PROVIDER,
        "answer",
        json!({"text": "Bra", "about": ["progress"]}),
    );
    reply["inReplyTo"] = json!(asked.id.to_string());
    let answered = test.try_accept(GP, &reply).await.unwrap();
    assert_eq!(answered.deliveries[0].state, "waiting", "{answered:?}");
    let provider = test.party(PROVIDER);
    let by = Acting::Party(&provider);
    let look = test.engine().inbox(&provider, 10, by).await.unwrap();
    let body: serde_json::Value = serde_json::from_slice(&look.items[0].body).unwrap();
    assert_eq!(body["conversation"], "q1", "as the asker named it");
}

#[tokio::test]
async fn what_supersedes_a_message_goes_on_with_its_conversation() {
    let test = TestEngine::new().await;
    let first = test.deliver(&progress("r1", "c", GP)).await;
    let mut replaces = progress("r2", "another", GP);
    replaces["supersedes"] = json!("r1");
    let second = test.deliver(&replaces).await;
    test.until(second, "delivered").await;
    assert_eq!(test.sent_deliveries(), [first, second]);
    assert_eq!(test.sent()[1].json()["conversation"], "c");
}
