//! Sealed data can be opened only in its own row and column. The test moves every sealed cell to the place of every
//! other, and expects a refusal.

#![expect(clippy::unwrap_used, reason = "tests")]

mod place;

use std::collections::BTreeSet;
use std::sync::Arc;

use bindeledd_core::account::{DisplayName, LoginName, Role, Roles};
use bindeledd_core::compose::Typed;
use bindeledd_core::confirm::RestsOn;
use bindeledd_core::consent::{Grant, Moment, Period};
use bindeledd_core::contract::{Item, Reference};
use bindeledd_core::delivery::Cause;
use bindeledd_core::form::{Language, Line};
use bindeledd_core::request::RequestState;
use bindeledd_core::{
    AccessReason, AccountId, AdapterId, Category, ConsentId, DeliveryId, Kind, MessageId, OpeningId, ParticipantRef,
    Receivers, SessionId, UnsentId,
};
use bindeledd_engine::ports::{
    Actor, Added, Begun, Confirming, ItemStep, MailboxName, MessageFilter, NewAccount, NewLink, NewOpening, NewRequest,
    NewSession, OpeningFilter, Origin, Outcome, Saved, Shown, StoreError, Unsent,
};
use bindeledd_store::{AuditLog, SqliteOptions, SqliteStore};
use bindeledd_store_contract::world::{AFT, GP, KARI, NAV, OLA, World, at, consent, grant, id, person, progress};
use place::Disk;
use rusqlite::{Connection, params};
use serde_json::json;
use uuid::Uuid;

/// Every sealed column. A migration that adds a column must add it here, or to the list below.
const SEALED: [(&str, &str); 22] = [
    ("account", "totp"),
    ("also_known", "identity"),
    ("body", "sealed"),
    ("consent", "detail"),
    ("consent_request", "question"),
    ("delivery", "cause_text"),
    ("delivery", "sent_salt"),
    ("external_ref", "sealed"),
    ("fetched_item", "cause_text"),
    ("fetched_item", "document"),
    ("fetched_item", "sealed"),
    ("frozen", "sealed"),
    ("grant_row", "confirmation"),
    ("look", "reason"),
    ("mailbox", "cursor"),
    ("message", "names"),
    ("opening", "reason"),
    ("participant", "identity"),
    ("participant", "wrapped_key"),
    ("pending_answer", "origin"),
    ("unsent", "content"),
    ("key_ring", "wrapped"),
];

/// Ids, digests and hashes, which are not sealed.
const NOT_SEALED: [&str; 48] = [
    "account.id",
    "account_identity.account",
    "account_identity.subject",
    "account_link.account",
    "account_link.hash",
    "account_session.account",
    "account_session.id",
    "account_session.issuer_session",
    "account_session.issuer_subject",
    "account_session.token",
    "alert.delivery",
    "alert.id",
    "alert.message",
    "alert.participant",
    "alert_push.alert",
    "alert_push_try.alert",
    "alert_viewer.alert",
    "api_key.hash",
    "audit.hash",
    "audit_tile.hashes",
    "body.message",
    "consent.content",
    "consent.id",
    "consent.participant",
    "delivery.about",
    "delivery.conversation",
    "delivery.id",
    "delivery.lease_owner",
    "delivery.message",
    "delivery.participant",
    "external_ref.delivery",
    "external_ref.value",
    "fetched_item.answer",
    "fetched_item.id",
    "frozen.delivery",
    "grant_row.consent",
    "grant_row.participant",
    "idempotency.content",
    "idempotency.message",
    "idempotency.reference",
    "mail_notice.told_of",
    "message.conversation",
    "message.id",
    "message.in_reply_to",
    "message.participant",
    "message.supersedes",
    "recovery_code.account",
    "recovery_code.hash",
];
const NOT_SEALED_EITHER: [&str; 50] = [
    "account_reset.account",
    "adapter_switch.sha256",
    "adapter_version.sha256",
    "also_known.lookup",
    "also_known.participant",
    "also_known.was",
    "attempt.adapter_sha256",
    "attempt.delivery",
    "conversation_name.conversation",
    "conversation_name.name",
    "conversation_name.participant",
    "erased_consent.digest",
    "look.id",
    "look.message",
    "look.participant",
    "message.read_by_sha256",
    "meta.value",
    "node.id",
    "opening.asked_by",
    "opening.id",
    "opening.message",
    "opening.state_by",
    "own_code.code",
    "own_code.id",
    "own_code.participant",
    "own_session.code",
    "own_session.id",
    "own_session.participant",
    "own_session.token",
    "participant.ledger_beside",
    "participant.ledger_mac",
    "participant.ledger_salt",
    "participant.lookup",
    "participant.ref",
    "pending_answer.about",
    "release.delivery",
    "release.grants",
    "release.id",
    "retry_run.id",
    "retry_run.token",
    "retry_run_delivery.delivery",
    "retry_run_delivery.message",
    "retry_run_delivery.run",
    "scrub.participant",
    "unsent.account",
    "unsent.id",
    "unsent.participant",
    "withdrawal.participant",
    "withdrawal_notice.delivery",
    "withdrawal_notice.participant",
];

const NOT_SEALED_OF_MAILBOXES: [&str; 26] = [
    "consent_request.digest",
    "consent_request.id",
    "consent_request.participant",
    "consent_request.sent_by",
    "consent_request_unseen.person",
    "consent_request_unseen.request",
    "entry.answered_by",
    "entry.delivery",
    "entry.person",
    "follow_up.made_by",
    "follow_up.participant",
    "follow_up.person",
    "letter_answer.delivery",
    "letter_answer.person",
    "letter_answer.reference",
    "letter_read.delivery",
    "letter_read.person",
    "letter_read.participant",
    "hand_over.id",
    "hand_over.participant",
    "hand_over.person",
    "hand_over.made_by",
    "hand_over_unseen.person",
    "hand_over_unseen.hand_over",
    "person_mail.person",
    "person_mail.told_of",
];

#[test]
fn every_column_of_bytes_is_known_to_be_sealed_or_not() {
    let disk = Disk::new();
    drop(SqliteStore::open(disk.options()).unwrap());
    let conn = Connection::open(disk.path()).unwrap();
    let sql = "SELECT t.name || '.' || c.name FROM sqlite_schema t, pragma_table_info(t.name) c
        WHERE t.type = 'table' AND c.type = 'BLOB'";
    let mut statement = conn.prepare(sql).unwrap();
    let there: BTreeSet<String> = statement
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let sealed = SEALED.iter().map(|(table, column)| format!("{table}.{column}"));
    let plain = NOT_SEALED
        .iter()
        .chain(&NOT_SEALED_EITHER)
        .chain(&NOT_SEALED_OF_MAILBOXES)
        .map(|name| (*name).to_owned());
    let known: BTreeSet<String> = sealed.chain(plain).collect();
    assert_eq!(
        there, known,
        "say of each whether it is sealed, and see that its place is in what opens it"
    );
}

/// Further numbers of the two participants.
const OTHER: &str = "57817710060";
const ANOTHER: &str = "55827710082";

fn mailbox(n: u8) -> MailboxName {
    MailboxName(format!("gp-dialogmelding https://msh.example her:{n}"))
}

fn login(n: u128) -> LoginName {
    LoginName::parse(&format!("kari{n}@hub")).unwrap()
}

/// A store with at least two rows of each kind of sealed data.
struct Full {
    world: World<Disk>,
    deliveries: Vec<DeliveryId>,
    handed: Vec<DeliveryId>,
    messages: Vec<String>,
    options: SqliteOptions,
}

impl Full {
    async fn new(disk: Disk) -> Self {
        let mut full = Self {
            options: disk.options(),
            world: World::new(disk).await,
            deliveries: Vec::new(),
            handed: Vec::new(),
            messages: Vec::new(),
        };
        for (n, who) in [(1, KARI), (2, OLA)] {
            let grants = vec![grant(AFT, GP, &[Category::Progress])];
            full.world.consent(n, who, grants).await;
            full.confirmed(n, who).await;
            full.messages_about(who).await;
            let other = person(if who == KARI { OTHER } else { ANOTHER });
            let owner = full.world.store().participant(&person(who)).await.unwrap().unwrap();
            let linked = full.world.store().link(owner, &other, &Actor::Operator, at(1)).await;
            assert!(linked.unwrap().is_some());
            full.mailbox(u8::try_from(n).unwrap()).await;
            full.account(n).await;
            full.opening(n).await;
            full.unsent(n, owner).await;
            full.request(n, who).await;
        }
        full.exports().await.unwrap();
        full
    }

    /// Registers a consent, and confirms it with evidence.
    async fn confirmed(&self, n: u128, who: &str) {
        let waits = Grant {
            confirmed: false,
            ..grant(GP, NAV, &[Category::Progress])
        };
        let new = consent(n + 10, who, at(0), vec![waits]);
        let what = Confirming {
            consent: new.id,
            sender: id(GP),
            receiver: None,
            rests_on: RestsOn::Evidence,
            evidence: Some(new.evidence.clone()),
        };
        let store = self.world.store();
        store
            .register_consent(new, &Actor::Operator, at(0))
            .await
            .unwrap()
            .unwrap();
        let confirmed = store.confirm_consent(&what, &Actor::Operator, at(1)).await;
        assert_eq!(confirmed.unwrap(), 1);
    }

    async fn messages_about(&mut self, who: &str) {
        let name = |n: usize| format!("{who}-{n}");
        let world = &self.world;
        let handed = world.deliver(AFT, GP, progress(&name(1), who, "a"), at(1)).await;
        let reference = |value: &str| Reference {
            scheme: "msg".into(),
            value: format!("{value}-{who}"),
        };
        let outcome = Outcome::AwaitingReceipt {
            references: vec![reference("m"), reference("n")],
            until: at(90_000),
        };
        world.carry(handed, outcome, at(2)).await;
        let again = world.deliver(AFT, GP, progress(&name(2), who, "b"), at(1)).await;
        let outcome = Outcome::TryAgain {
            due: at(80_000),
            cause: Cause::new("BL-4002", "the receiver said something"),
        };
        world.carry(again, outcome, at(2)).await;
        let mut new = world.new_message(progress(&name(3), who, "c"), Receivers::Parties(vec![id(GP)]), at(1));
        new.in_reply_to = None;
        let mut acceptance = world.acceptance(AFT, vec![new]);
        acceptance.origin = Some(Origin {
            adapter: AdapterId::parse("gp-dialogmelding").unwrap(),
            origin: json!({ "msgId": who }),
        });
        let accepted = world.accept(acceptance, at(1)).await.unwrap();
        let blocked = world.send(AFT, &[NAV], progress(&name(4), who, "d"), at(1)).await;
        self.messages.push(accepted[0].id.to_string());
        self.deliveries
            .extend([handed, again, accepted[0].deliveries[0].id, blocked.deliveries[0].id]);
        self.handed.push(handed);
    }

    async fn mailbox(&self, n: u8) {
        let store = self.world.store();
        let items: Vec<Item> = ["a", "b"]
            .map(|id| Item {
                id: format!("{id}{n}"),
                sender: "her:8142952".into(),
                note: String::new(),
            })
            .to_vec();
        store
            .put_listing(&mailbox(n), &items, Some(&format!("cursor {n}")), None, at(1))
            .await
            .unwrap();
        let listed = store.items(&mailbox(n), at(2), 9).await.unwrap();
        let document = ItemStep::Fetched {
            media_type: "application/xml".into(),
            body: b"<dokument/>".to_vec(),
        };
        assert!(store.item_step(&listed[0].key, document, at(2)).await.unwrap());
        let aside = ItemStep::SetAside {
            sender: None,
            cause: Cause::new("BL-3101", "it can not be read"),
            answer: None,
        };
        assert!(store.item_step(&listed[1].key, aside, at(2)).await.unwrap());
    }

    /// Adds an account and enrols its second factor.
    async fn account(&self, n: u128) {
        let (account, hash) = (AccountId(Uuid::from_u128(n)), [u8::try_from(n).unwrap(); 32]);
        let new = NewAccount {
            id: account,
            login: login(n),
            name: DisplayName::parse("Kari Nordmann").unwrap(),
            roles: Roles::of(&[Role::Operator], None).unwrap(),
            party: None,
        };
        let link = NewLink {
            hash,
            expires_at: at(900),
        };
        let store = self.world.store();
        let added = store.add_account(&new, link, &Actor::Operator, at(1)).await;
        assert_eq!(added.unwrap(), Added::Done);
        assert_eq!(store.use_link(&hash, "$phc$", at(2)).await.unwrap(), Some(account));
        let checked = store.credentials_of(account).await.unwrap().unwrap();
        let begun = NewSession {
            account,
            id: SessionId(Uuid::from_u128(n)),
            token: hash,
            shown: Shown::Enrolled {
                secret: b"a secret of twenty b".to_vec(),
                step: 10,
                recovery: Vec::new(),
            },
            at_issuer: None,
            version: checked.version,
        };
        let begun = store.begin_session(&begun, at(3)).await.unwrap();
        assert!(matches!(begun, Begun::Done(_)));
    }

    /// Asks to see the content of a message under break-glass.
    async fn opening(&self, n: u128) {
        let message = self.messages.last().unwrap();
        let new = NewOpening {
            id: OpeningId(Uuid::from_u128(n)),
            message: MessageId(Uuid::parse_str(message).unwrap()),
            reason: AccessReason::parse("sak 2026/17").unwrap(),
        };
        let asked = self
            .world
            .store()
            .ask_to_open(&new, AccountId(Uuid::from_u128(n)), at(4))
            .await;
        asked.unwrap().unwrap();
    }

    /// Saves a message that a person has begun.
    async fn unsent(&self, n: u128, participant: ParticipantRef) {
        let new = Unsent {
            id: UnsentId(Uuid::from_u128(n)),
            account: AccountId(Uuid::from_u128(n)),
            party: id(AFT),
            participant,
            kind: Kind::ProgressUpdate,
            to: vec![GP.to_owned()],
            typed: Typed::of([("f.activity", "Lagerpraksis")]),
            instead_of: None,
            saved_at: at(4),
        };
        let saved = self.world.store().save_unsent(&new, at(4)).await;
        assert_eq!(saved.unwrap(), Saved::Now);
    }

    /// Sends a question to the participant's own page.
    async fn request(&self, n: u128, who: &str) {
        let new = NewRequest {
            id: ConsentId(Uuid::from_u128(n + 20)),
            participant: person(who),
            party: id(AFT),
            sent_by: AccountId(Uuid::from_u128(n)),
            grants: vec![grant(AFT, GP, &[Category::Progress])],
            period: Period {
                start: Moment::Instant(at(0)),
                end: None,
            },
            text_version: "bindeledd-form/1".to_owned(),
            texts: vec![(Language::Bokmal, vec![Line::Title("Samtykke".to_owned())])],
            state: RequestState::Waiting { until: at(90_000) },
        };
        let sent = self.world.store().send_request(&new, at(4)).await;
        sent.unwrap().unwrap();
    }

    /// Exports what is known about each participant, which is a look at it.
    async fn exports(&self) -> Result<(), String> {
        let store = self.world.store();
        let told = |error: StoreError| error.to_string();
        for who in [KARI, OLA] {
            let who = store.participant(&person(who)).await.map_err(told)?.unwrap();
            store.consents_of(who).await.map_err(told)?;
            let reason = AccessReason::parse("sak 2026/17").unwrap();
            store
                .export(who, &reason, &Actor::Operator, at(3))
                .await
                .map_err(told)?;
        }
        Ok(())
    }

    /// Reads all sealed data, through the hub's own code. Leaves no further look.
    async fn read(&self) -> Result<(), String> {
        let conn = Connection::open(&self.options.path).unwrap();
        let before = look_ids(&conn);
        let read = self.read_all().await;
        for look in look_ids(&conn).difference(&before) {
            conn.execute("DELETE FROM look WHERE id = ?1", params![look]).unwrap();
        }
        read
    }

    /// Reads all sealed data, through the hub's own code.
    async fn read_all(&self) -> Result<(), String> {
        let store = self.world.store();
        let told = |error: StoreError| error.to_string();
        self.exports().await?;
        let asked = OpeningFilter {
            limit: 10,
            ..OpeningFilter::default()
        };
        store.openings(&asked, at(9)).await.map_err(told)?;
        for delivery in &self.deliveries {
            store.release_input(*delivery).await.map_err(told)?;
        }
        for delivery in &self.handed {
            let log = AuditLog::open(&self.options.path).map_err(|error| error.to_string())?;
            let entropy = Arc::clone(&self.options.entropy);
            let salt = log.salt(*delivery, &self.options.master_key, entropy);
            assert!(salt.map_err(|error| error.to_string())?.is_some());
            store
                .reread(*delivery, at(3))
                .await
                .map_err(told)?
                .map_err(|cause| cause.code)?;
        }
        for message in &self.messages {
            store.replied_to(&id(AFT), message).await.map_err(told)?;
        }
        let all = MessageFilter {
            limit: 100,
            ..MessageFilter::default()
        };
        store.messages(&all).await.map_err(told)?;
        store.awaiting(&id(GP), None, 100).await.map_err(told)?;
        store.pending_answers(100).await.map_err(told)?;
        store.items_aside(100).await.map_err(told)?;
        for n in [1, 2] {
            store.cursor(&mailbox(n)).await.map_err(told)?;
            store.items(&mailbox(n), at(9), 100).await.map_err(told)?;
            store.credentials(&login(n.into())).await.map_err(told)?;
            let person = AccountId(Uuid::from_u128(n.into()));
            store.all_unsent((person, &id(AFT))).await.map_err(told)?;
        }
        Ok(())
    }
}

fn look_ids(conn: &Connection) -> BTreeSet<Vec<u8>> {
    let mut statement = conn.prepare("SELECT id FROM look").unwrap();
    let ids = statement.query_map([], |row| row.get(0)).unwrap();
    ids.map(Result::unwrap).collect()
}

fn cells(conn: &Connection, (table, column): (&str, &str)) -> Vec<Vec<u8>> {
    let sql = format!("SELECT {column} FROM {table} WHERE {column} IS NOT NULL");
    let mut statement = conn.prepare(&sql).unwrap();
    statement
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

/// Replaces one sealed cell. The nonce makes every cell different.
fn put(conn: &Connection, (table, column): (&str, &str), old: &[u8], new: &[u8]) {
    let sql = format!("UPDATE {table} SET {column} = ?2 WHERE {column} = ?1");
    assert_eq!(conn.execute(&sql, params![old, new]).unwrap(), 1);
}

#[tokio::test]
async fn a_sealed_cell_opens_in_no_other_row_and_no_other_column() {
    let disk = Disk::new();
    let path = disk.path();
    let full = Full::new(disk).await;
    full.read().await.unwrap();
    let conn = Connection::open(path).unwrap();
    let in_store: Vec<_> = SEALED.into_iter().filter(|(table, _)| *table != "key_ring").collect();
    let all: Vec<_> = SEALED
        .into_iter()
        .map(|column| (column, cells(&conn, column)))
        .collect();
    let mut refused = 0;
    for column in in_store {
        let mut read = Vec::new();
        for cell in cells(&conn, column) {
            let mut flipped = cell.clone();
            *flipped.last_mut().unwrap() ^= 1;
            put(&conn, column, &cell, &flipped);
            if full.read().await.is_err() {
                read.push(cell.clone());
            }
            put(&conn, column, &flipped, &cell);
        }
        assert!(read.len() >= 2, "{column:?}: {} cells are read", read.len());
        for cell in &read {
            for (from, others) in &all {
                for other in others.iter().filter(|other| *other != cell) {
                    let sql = format!("UPDATE {} SET {} = ?2 WHERE {} = ?1", column.0, column.1, column.1);
                    if *from == column {
                        swap(&conn, column, cell, other);
                    } else {
                        conn.execute(&sql, params![cell, other]).unwrap();
                    }
                    match full.read().await {
                        Err(told) => refused += usize::from(told.contains("can not be read") || told.contains("open")),
                        Ok(()) => panic!("a cell of {from:?} opens in {column:?}"),
                    }
                    if *from == column {
                        swap(&conn, column, cell, other);
                    } else {
                        conn.execute(&sql, params![other, cell]).unwrap();
                    }
                }
            }
        }
    }
    full.read().await.unwrap();
    assert!(refused > 500, "{refused} refused");
}

/// Swaps two cells of a column.
fn swap(conn: &Connection, column: (&str, &str), one: &[u8], other: &[u8]) {
    let aside = b"in between";
    put(conn, column, one, aside);
    put(conn, column, other, one);
    put(conn, column, aside, other);
}

#[test]
fn a_key_of_the_ring_opens_in_no_other_row() {
    let disk = Disk::new();
    drop(SqliteStore::open(disk.options()).unwrap());
    let conn = Connection::open(disk.path()).unwrap();
    let ring = cells(&conn, ("key_ring", "wrapped"));
    assert_eq!(ring.len(), 4);
    let purposes = ["wrap", "hub", "index", "names"];
    let of = |purpose: &str| -> Vec<u8> {
        let sql = "SELECT wrapped FROM key_ring WHERE purpose = ?1";
        conn.query_row(sql, [purpose], |row| row.get(0)).unwrap()
    };
    let set = |purpose: &str, wrapped: &[u8]| {
        let sql = "UPDATE key_ring SET wrapped = ?2 WHERE purpose = ?1";
        assert_eq!(conn.execute(sql, params![purpose, wrapped]).unwrap(), 1);
    };
    for one in purposes {
        let own = of(one);
        for other in purposes.into_iter().filter(|other| *other != one) {
            set(one, &of(other));
            assert!(SqliteStore::open(disk.options()).is_err(), "{other} in {one}");
            set(one, &own);
        }
    }
    // A wrapped key can not be opened as another version of itself either.
    conn.execute("UPDATE key_ring SET version = 2 WHERE purpose = 'wrap'", [])
        .unwrap();
    assert!(SqliteStore::open(disk.options()).is_err());
    conn.execute("UPDATE key_ring SET version = 1 WHERE purpose = 'wrap'", [])
        .unwrap();
    drop(SqliteStore::open(disk.options()).unwrap());
}
