//! A person of the sender enters a delivery in the receiver's form: when it is offered, and what is shown of it.

use bindeledd_core::account::{Account, DisplayName, LoginName, Role, Roles};
use bindeledd_core::delivery::ByHand;
use bindeledd_core::entry::EntryStanding;
use bindeledd_core::follow_up::Change;
use bindeledd_core::{AccountId, DeliveryId};
use bindeledd_engine::ReadEntry;
use bindeledd_engine::ports::{Actor, Added, NewAccount, NewLink, NotEntered, NotShown};
use bindeledd_test_engine::{PROVIDER, READER, TestEngine, progress};
use uuid::Uuid;

/// Adds a person of the provider's mailbox.
async fn account(test: &TestEngine, number: u128, role: Role) -> Account {
    let party = test.party(PROVIDER);
    let new = NewAccount {
        id: AccountId(Uuid::from_u128(number)),
        login: LoginName::parse(&format!("person{number}")).unwrap(),
        name: DisplayName::parse("Blid Måke").unwrap(),
        roles: Roles::of(&[role], Some(&party)).unwrap(),
        party: Some(party),
    };
    let link = NewLink {
        hash: [u8::try_from(number).unwrap(); 32],
        expires_at: test.engine().now(),
    };
    let accounts = test.accounts();
    let added = accounts
        .add_account(&new, link, &Actor::Operator, test.engine().now())
        .await;
    assert_eq!(added.unwrap(), Added::Done);
    let all = accounts.accounts().await.unwrap();
    all.into_iter().find(|account| account.id == new.id).unwrap()
}

/// Makes a hub whose adapter writes documents to enter, with a person who follows Kari up and a delivery to the reader.
async fn story() -> (TestEngine, Account, DeliveryId) {
    let test = TestEngine::new().await;
    test.adapters.enter_by_hand();
    let leader = account(&test, 1, Role::TeamLeader).await;
    let person = account(&test, 2, Role::MailboxUser).await;
    let give = Change::Give {
        to: person.id,
        seen: None,
    };
    let given = test.engine().change_follow_up(test.kari, give, &leader).await;
    assert_eq!(given.unwrap(), Ok(true));
    let delivery = test.deliver(&progress("p-1", "c-1", READER)).await;
    (test, person, delivery)
}

async fn read(test: &TestEngine, delivery: DeliveryId, by: &Account) -> Result<ReadEntry, NotShown> {
    test.engine().read_entry(delivery, by).await.unwrap()
}

#[tokio::test]
async fn the_same_released_bytes_are_shown_each_time() {
    let (mut test, person, delivery) = story().await;
    let first = read(&test, delivery, &person).await.ok().unwrap();
    assert_eq!(first.view.standing, Some(EntryStanding::ToEnter));
    let text = first.text.unwrap();
    assert_eq!(text.title, "Til skjemaet");
    assert!(!text.fields.is_empty() && first.leave.begin());
    assert_eq!(test.adapters.written(), 1);
    drop(first.leave);
    test.restart().await;
    let second = read(&test, delivery, &person).await.ok().unwrap();
    assert!(second.text.is_some_and(|again| again == text), "the frozen bytes");
    assert_eq!(test.adapters.written(), 1, "nothing is written again");
}

#[tokio::test]
async fn a_withdrawal_after_the_reading_stops_the_page() {
    let (test, person, delivery) = story().await;
    let page = read(&test, delivery, &person).await.ok().unwrap();
    let engine = test.engine().clone();
    let kari = test.kari;
    let withdrawing = tokio::spawn(async move {
        let everything = bindeledd_engine::ports::Scope::Everything;
        engine.withdraw(kari, everything, &Actor::Operator).await.unwrap()
    });
    drop(page);
    let answer = withdrawing.await.unwrap();
    assert_eq!(answer.handed_over, [delivery], "it was shown before");
    let stopped = read(&test, delivery, &person).await.ok().unwrap();
    assert_eq!(stopped.view.standing, Some(EntryStanding::NotToEnter));
    assert!(stopped.text.is_none());
    let said = test.engine().enter(delivery, (ByHand::Entered, false), &person).await;
    assert_eq!(said.unwrap(), Err(NotEntered::Uncovered));
}

#[tokio::test]
async fn a_suspended_sender_hands_nothing_over() {
    let (test, person, delivery) = story().await;
    let (engine, sender) = (test.engine(), test.party(PROVIDER));
    assert!(engine.suspend(&sender, true, &Actor::Operator).await.unwrap());
    assert_eq!(read(&test, delivery, &person).await.err(), Some(NotShown::NotNow));
    assert_eq!(test.adapters.written(), 0, "nothing was released");
    assert!(engine.suspend(&sender, false, &Actor::Operator).await.unwrap());
    let page = read(&test, delivery, &person).await.ok().unwrap();
    assert!(page.text.is_some());
}

#[tokio::test]
async fn a_receiver_on_hold_gets_nothing_new() {
    let (test, person, delivery) = story().await;
    let later = test.deliver(&progress("p-2", "c-2", READER)).await;
    read(&test, delivery, &person).await.ok().unwrap();
    let (engine, reader) = (test.engine(), test.party(READER));
    assert!(engine.pause(&reader, true, &Actor::Operator).await.unwrap());
    assert_eq!(read(&test, later, &person).await.err(), Some(NotShown::NotNow));
    let listed = test.engine().entries(&person).await.unwrap();
    assert_eq!(listed.iter().map(|view| view.delivery).collect::<Vec<_>>(), [delivery]);
    assert!(
        read(&test, delivery, &person).await.is_ok(),
        "what the person has already"
    );
    assert!(engine.suspend(&reader, true, &Actor::Operator).await.unwrap());
    assert_eq!(read(&test, delivery, &person).await.err(), Some(NotShown::NotNow));
}
