//! Tests of mails without content to parties and to the persons of their mailboxes.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bindeledd_core::account::{Account, DisplayName, LoginName, Role, Roles};
use bindeledd_core::follow_up::Change;
use bindeledd_core::notice::{EmailAddress, Pace};
use bindeledd_core::{AccountId, Notify, PartyKind};
use bindeledd_engine::MailSettings;
use bindeledd_engine::ports::{Actor, Added, Mail, MailError, Mailer, NewAccount, NewLink, PersonMailChange};
use bindeledd_test_engine::{GP, KARI, PROVIDER, TestEngine, party, party_id, question};
use jiff::SignedDuration;
use uuid::Uuid;

use crate::s;

const LEADER: AccountId = AccountId(Uuid::from_u128(9));
const BLID: AccountId = AccountId(Uuid::from_u128(1));
const VARM: AccountId = AccountId(Uuid::from_u128(2));
const OF_BLID: &str = "blid@nordvik.example";
const OF_VARM: &str = "varm@nordvik.example";
const OF_LEADER: &str = "leder@nordvik.example";
const OF_PARTY: &str = "post@nordvik.example";

/// A mail server that keeps the mails, and refuses some addresses.
#[derive(Default)]
struct Post {
    mails: Mutex<Vec<Mail>>,
    refuses: Mutex<BTreeSet<String>>,
}

#[async_trait]
impl Mailer for Post {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        if self.refuses.lock().unwrap().contains(mail.to.reveal()) {
            return Err(MailError::Refused(550));
        }
        self.mails.lock().unwrap().push(mail.clone());
        Ok(())
    }
}

impl Post {
    /// Returns the addresses of the mails, in order.
    fn to(&self) -> Vec<String> {
        let mails = self.mails.lock().unwrap();
        mails.iter().map(|mail| mail.to.reveal().to_owned()).collect()
    }

    fn refuse(&self, address: &str) {
        self.refuses.lock().unwrap().insert(address.to_owned());
    }
}

struct Story {
    post: Arc<Post>,
    test: TestEngine,
}

impl Story {
    /// Makes a hub whose provider has an address, a team leader and two persons.
    async fn new() -> Self {
        let post = Arc::<Post>::default();
        let mail = MailSettings {
            mailer: Arc::<Post>::clone(&post),
            pace: Pace {
                gather: s(600),
                again: s(24 * 3600),
            },
            where_to_look: None,
            mailbox: Some("https://hub.example/mailbox".to_owned()),
        };
        let test = TestEngine::that_mails(mail).await;
        let mut provider = party(PROVIDER, PartyKind::AftProvider, false);
        provider.notify = EmailAddress::parse(OF_PARTY).map(|email| Notify { email });
        test.engine().put_party(provider, &Actor::Operator).await.unwrap();
        Self { post, test }
    }

    async fn person(&self, id: AccountId, role: Role, email: &str) {
        let number = u8::try_from(id.0.as_u128()).unwrap();
        let new = NewAccount {
            id,
            login: LoginName::parse(&format!("person{number}")).unwrap(),
            name: DisplayName::parse("Rolig Sti").unwrap(),
            roles: Roles::of(&[role], Some(&party_id(PROVIDER))).unwrap(),
            party: Some(party_id(PROVIDER)),
        };
        let now = self.test.engine().now();
        let link = NewLink {
            hash: [number; 32],
            expires_at: now + SignedDuration::from_mins(15),
        };
        let accounts = self.test.accounts();
        let added = accounts.add_account(&new, link, &Actor::Operator, now).await;
        assert_eq!(added.unwrap(), Added::Done);
        self.mail(id, Some(email), None).await;
    }

    async fn mail(&self, id: AccountId, email: Option<&str>, is_off: Option<bool>) {
        let change = PersonMailChange {
            email: email.and_then(EmailAddress::parse),
            is_off,
        };
        let set = self.test.engine().set_person_mail(id, &change, &Actor::Operator).await;
        assert!(set.unwrap());
    }

    async fn people(&self) {
        self.person(LEADER, Role::TeamLeader, OF_LEADER).await;
        self.person(BLID, Role::MailboxUser, OF_BLID).await;
        self.person(VARM, Role::MailboxUser, OF_VARM).await;
    }

    async fn account(&self, id: AccountId) -> Account {
        let found = self.test.accounts().credentials_of(id).await.unwrap();
        found.unwrap().account
    }

    async fn give(&self, to: AccountId, seen: Option<AccountId>) {
        let leader = self.account(LEADER).await;
        let change = Change::Give { to, seen };
        let given = self
            .test
            .engine()
            .change_follow_up(self.test.kari, change, &leader)
            .await;
        given.unwrap().unwrap();
    }

    async fn ask(&self, reference: &str) {
        self.test.try_accept(GP, &question(reference, PROVIDER)).await.unwrap();
    }

    /// Lets minutes pass in small steps, so that every round has its turn.
    async fn pass(&self, minutes: u64) {
        for _ in 0..minutes * 6 {
            self.test.advance(s(10));
            for _ in 0..5 {
                tokio::time::sleep(s(1) / 1000).await;
            }
        }
    }

    /// Waits until this many mails are recorded.
    async fn recorded(&self, many: usize) {
        let looked = async || (self.test.audited("notice-mailed").await == many).then_some(());
        self.test
            .eventually(&format!("{many} mails are recorded"), looked)
            .await;
    }

    /// Waits until these addresses have got mails, in any order, and no other.
    async fn until(&self, addresses: &[&str]) {
        let mut expected: Vec<String> = addresses.iter().map(|&to| to.to_owned()).collect();
        expected.sort();
        let looked = async || {
            self.test.advance(s(1));
            let mut to = self.post.to();
            to.sort();
            (to == expected).then_some(())
        };
        self.test.eventually(&format!("mails to {addresses:?}"), looked).await;
    }
}

#[tokio::test]
async fn those_who_follow_up_get_a_mail_without_content_and_else_the_leaders() {
    let story = Story::new().await;
    story.people().await;
    story.ask("q-1").await;
    story.until(&[OF_LEADER]).await;
    // The leader gives the participant to a person, who has news of two sorts and gets one mail.
    story.give(BLID, None).await;
    story.until(&[OF_LEADER, OF_BLID]).await;
    // Nothing more goes before somebody has looked, or a day has passed.
    story.ask("q-2").await;
    story.pass(20).await;
    assert_eq!(story.post.to().len(), 2);
    let blid = story.account(BLID).await;
    story.test.engine().mailbox_opened(&blid).await.unwrap();
    story.ask("q-3").await;
    story.until(&[OF_LEADER, OF_BLID, OF_BLID]).await;
    for mail in story.post.mails.lock().unwrap().iter() {
        let all = format!("{} {}", mail.subject, mail.text);
        assert!(all.contains("https://hub.example/mailbox"), "{all}");
        for word in ["Kari", KARI, GP, "Fjellvik", "spørsmål", "Rolig", "fontenehuset"] {
            assert!(!all.to_lowercase().contains(&word.to_lowercase()), "{word}: {all}");
        }
    }
    story.recorded(3).await;
    let rows = story.test.audit().await;
    assert!(
        rows.iter().all(|row| !row.detail.contains('@')),
        "the log has no address"
    );
}

#[tokio::test]
async fn a_party_is_told_of_what_no_person_is_told_of() {
    let story = Story::new().await;
    story.ask("q-1").await;
    story.until(&[OF_PARTY]).await;
    // A leader without an address is told of nothing.
    story.person(LEADER, Role::TeamLeader, "").await;
    story.person(BLID, Role::MailboxUser, OF_BLID).await;
    story.give(BLID, None).await;
    story.until(&[OF_PARTY, OF_BLID]).await;
    story.mail(BLID, Some(OF_BLID), Some(true)).await;
    story.ask("q-2").await;
    story.pass(11).await;
    story.until(&[OF_PARTY, OF_BLID, OF_PARTY]).await;
}

#[tokio::test]
async fn an_address_that_the_server_refuses_blocks_no_other() {
    let story = Story::new().await;
    story.people().await;
    story.post.refuse(OF_LEADER);
    story.ask("q-1").await;
    story.give(BLID, None).await;
    story.until(&[OF_BLID]).await;
    story.post.refuses.lock().unwrap().clear();
    // A new contact person and the one before are told.
    story.test.advance(s(2));
    story.give(VARM, Some(BLID)).await;
    story.until(&[OF_BLID, OF_VARM]).await;
    let blid = story.account(BLID).await;
    story.test.engine().mailbox_opened(&blid).await.unwrap();
    story.until(&[OF_BLID, OF_VARM, OF_BLID]).await;
    let unseen = story.test.engine().unseen_hand_overs(&blid).await.unwrap();
    let told: Vec<_> = unseen.iter().map(|one| (one.person, one.by)).collect();
    assert_eq!(told, [(VARM, LEADER), (BLID, LEADER)]);
    let ids: Vec<_> = unseen.iter().map(|one| one.id).collect();
    story.test.engine().hand_overs_seen(&blid, &ids).await.unwrap();
    assert!(story.test.engine().unseen_hand_overs(&blid).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_party_is_told_when_the_server_keeps_refusing_a_persons_address() {
    let story = Story::new().await;
    story.people().await;
    story.post.refuse(OF_BLID);
    story.give(BLID, None).await;
    story.ask("q-1").await;
    story.pass(1).await;
    assert!(story.post.to().is_empty(), "the person may still get it");
    story.pass(40).await;
    story.until(&[OF_PARTY]).await;
}

#[tokio::test]
async fn a_restart_sends_no_mail_twice() {
    let mut story = Story::new().await;
    story.people().await;
    story.ask("q-1").await;
    story.until(&[OF_LEADER]).await;
    story.recorded(1).await;
    story.test.restart().await;
    story.pass(15).await;
    assert_eq!(story.post.to(), [OF_LEADER]);
}
