//! A mailbox from which the hub fetches: one faulty item does not stop the others.

use bindeledd_core::alert::AlertKind;
use bindeledd_test_engine::{GP, Letter, MAILBOX, PROVIDER, TestEngine, progress};

use crate::s;

/// Seconds; a little longer than the interval between two polls.
const NEXT_POLL: u64 = 31;

fn letter(id: &str) -> Letter {
    Letter::new(id, MAILBOX, progress(id, id, PROVIDER).to_string())
}

/// Waits until `many` items are marked as read. Time passes slowly, so that released sendings begin while their permission lasts.
async fn marked(test: &TestEngine, many: usize) -> Vec<String> {
    let mut looks = 0;
    let looked = async || {
        looks += 1;
        if looks % 30 == 0 {
            test.advance(s(1));
        }
        Some(test.adapters.marked()).filter(|marked| marked.len() >= many)
    };
    test.eventually("they are marked as read", looked).await
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

/// Counts the accepted messages of the mailbox's party.
async fn accepted(test: &TestEngine) -> usize {
    let filter = bindeledd_engine::ports::MessageFilter {
        party: Some(test.party(MAILBOX)),
        limit: 100,
        ..Default::default()
    };
    test.engine().views().messages(&filter).await.unwrap().len()
}

#[tokio::test]
async fn one_bad_item_among_good_ones_is_set_aside_and_the_rest_goes_on() {
    let test = TestEngine::new().await;
    let refused = Letter {
        body: None,
        ..letter("2-refused")
    };
    let unreadable = Letter::new("3-unreadable", MAILBOX, "{");
    let trap = Letter::new("4-trap", MAILBOX, "trap");
    let stranger = Letter::new("5-stranger", "her:8094866", "{}");
    test.adapters
        .put_letters([letter("1"), refused, unreadable, trap, stranger, letter("6")]);
    test.advance(s(NEXT_POLL));
    let marked = sorted(marked(&test, 6).await);
    assert_eq!(marked, ["1", "2-refused", "3-unreadable", "4-trap", "5-stranger", "6"]);
    assert_eq!(accepted(&test).await, 2);
    let declined: Vec<_> = test.adapters.declined();
    let codes: Vec<_> = declined.iter().map(|(id, code)| (id.as_str(), code.as_str())).collect();
    assert_eq!(
        codes,
        [
            ("2-refused", "BL-4011"),
            ("3-unreadable", "BL-3101"),
            ("4-trap", "BL-3002"),
            ("5-stranger", "BL-4012")
        ]
    );
    let aside = test.engine().views().items_aside(10).await.unwrap();
    assert_eq!(aside.len(), 4);
    assert!(
        test.alerts(None)
            .await
            .iter()
            .all(|(kind, _)| *kind == AlertKind::ItemSetAside)
    );
}

/// A mailbox with many items is listed again after 50 of them, if the next listing is due.
#[tokio::test]
async fn many_items_are_taken_in_turns_and_the_mailbox_is_listed_between() {
    let test = TestEngine::new().await;
    test.adapters.put_letters((0..120).map(|n| letter(&format!("{n:03}"))));
    let all_marked = async || {
        test.advance(s(NEXT_POLL));
        (test.adapters.marked().len() == 120).then_some(())
    };
    test.eventually("they are marked as read", all_marked).await;
    let taken = test.adapters.fetched_by_each_listing();
    assert!(taken.iter().all(|taken| *taken <= 50), "{taken:?}");
    assert_eq!(taken.iter().sum::<usize>(), 120);
}

#[tokio::test]
async fn an_item_that_is_not_ready_rests_alone_and_is_fetched_in_the_end() {
    let test = TestEngine::new().await;
    let slow = Letter {
        later: 2,
        ..letter("1-slow")
    };
    test.adapters.put_letters([slow, letter("2")]);
    test.advance(s(NEXT_POLL));
    assert_eq!(marked(&test, 2).await, ["2", "1-slow"]);
    assert_eq!(test.adapters.fetched().iter().filter(|id| *id == "1-slow").count(), 3);
    assert_eq!(accepted(&test).await, 2);
    assert_eq!(test.alerts(None).await, []);
}

#[tokio::test]
async fn a_mailbox_that_is_away_is_told_of_once_and_found_again() {
    let test = TestEngine::new().await;
    test.courier.mailboxes_are_away(true);
    test.adapters.put_letters([letter("1")]);
    let told = async || {
        test.advance(s(700));
        (!test.alerts(None).await.is_empty()).then_some(())
    };
    test.eventually("it is told", told).await;
    assert_eq!(
        test.alerts(None).await,
        [(AlertKind::StrangeAnswer, "BL-4011".to_owned())]
    );
    test.courier.mailboxes_are_away(false);
    test.advance(s(700));
    assert_eq!(marked(&test, 1).await, ["1"]);
    assert_eq!(test.alerts(None).await.len(), 1);
}

#[tokio::test]
async fn entries_that_are_no_items_are_told_of_once_with_the_listing_that_has_them() {
    let test = TestEngine::new().await;
    test.adapters.strange_entries(1);
    test.adapters.put_letters([letter("1")]);
    test.advance(s(NEXT_POLL));
    assert_eq!(marked(&test, 1).await, ["1"]);
    test.advance(s(NEXT_POLL));
    test.adapters.put_letters([letter("2")]);
    test.advance(s(NEXT_POLL));
    assert_eq!(marked(&test, 2).await, ["1", "2"]);
    assert_eq!(
        test.alerts(None).await,
        [(AlertKind::ItemSetAside, "BL-3111".to_owned())]
    );
}

#[tokio::test]
async fn a_restart_in_the_middle_takes_an_item_up_where_it_was() {
    let mut test = TestEngine::new().await;
    test.courier.mailboxes_are_away(true);
    test.adapters.put_letters([letter("1"), letter("2")]);
    test.restart().await;
    test.courier.mailboxes_are_away(false);
    test.restart().await;
    test.advance(s(NEXT_POLL));
    assert_eq!(marked(&test, 2).await, ["1", "2"]);
    assert_eq!(accepted(&test).await, 2, "each once");
}

#[tokio::test]
async fn a_receipt_in_the_mailbox_settles_what_it_names() {
    let test = TestEngine::new().await;
    let consent = bindeledd_test_engine::consent(77, PROVIDER, MAILBOX, &[bindeledd_core::Category::Progress]);
    test.engine()
        .register_consent(consent, &bindeledd_engine::ports::Actor::Operator)
        .await
        .unwrap();
    test.adapters
        .next_settlement(bindeledd_core::contract::Settlement::AwaitingReceipt(Vec::new()));
    let delivery = test.deliver(&progress("r1", "c", MAILBOX)).await;
    test.until(delivery, "awaiting-receipt").await;
    test.adapters.put_letters([
        Letter::new("1", MAILBOX, "receipt ok ext-r1"),
        Letter::new("2", GP, "receipt ok ext-r1"),
    ]);
    test.advance(s(NEXT_POLL));
    test.until(delivery, "delivered").await;
    assert_eq!(marked(&test, 2).await, ["1", "2"]);
    assert_eq!(
        test.adapters.declined(),
        [("2".to_owned(), "BL-4012".to_owned())],
        "the GP is not behind it"
    );
}
