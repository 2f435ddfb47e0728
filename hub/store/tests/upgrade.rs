//! A store of a hub that did not bind ledgers. This hub opens the store, reads the same consents, and adopts the
//! ledgers once.

#![expect(clippy::unwrap_used, reason = "tests")]

mod place;

use std::fs;
use std::path::{Path, PathBuf};

use bindeledd_core::{
    Category, CategorySet, NationalId, ParticipantRef, PartyId, Purpose, Reason, Revision, VersionNumber, decide,
};
use bindeledd_engine::ports::{
    Actor, Audit as _, Consents as _, Health as _, Participants as _, Parties as _, PartyRevision, Scope, Upkeep as _,
};
use bindeledd_store::{AuditLog, AuditOptions, SqliteOptions, SqliteStore, verify};
use bindeledd_tlog::Checkpoint;
use jiff::Timestamp;
use place::Disk;
use rusqlite::Connection;
use tempfile::TempDir;

/// A copy of the fixture.
struct Copy(TempDir);

impl Copy {
    fn new() -> Self {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/before-ledgers");
        let to = TempDir::new().unwrap();
        fs::create_dir(to.path().join("second-place")).unwrap();
        let files = [
            "hub.sqlite",
            "audit.key",
            "master.key",
            "second-place/checkpoint",
            "second-place/checkpoint.withdrawals",
        ];
        for file in files {
            fs::copy(from.join(file), to.path().join(file)).unwrap();
        }
        Self(to)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn options(&self) -> SqliteOptions {
        let text = fs::read_to_string(self.file("master.key")).unwrap();
        let mut key = [0; 32];
        for (byte, pair) in key.iter_mut().zip(text.trim().as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        }
        SqliteOptions {
            path: self.file("hub.sqlite"),
            master_key: key.into(),
            audit: AuditOptions {
                key_file: Some(self.file("audit.key")),
                checkpoint_file: Some(self.file("second-place/checkpoint")),
                ..AuditOptions::default()
            },
            ..Disk::new().options()
        }
    }

    fn open(&self) -> SqliteStore {
        SqliteStore::open(self.options()).unwrap()
    }

    fn log(&self) -> AuditLog {
        AuditLog::open(&self.file("hub.sqlite")).unwrap()
    }

    fn sql(&self, statements: &str) {
        let conn = Connection::open(self.file("hub.sqlite")).unwrap();
        conn.execute_batch(statements).unwrap();
    }
}

/// A day after the store was written.
fn now() -> Timestamp {
    "2026-11-30T12:00:00Z".parse().unwrap()
}

fn party(raw: &str) -> PartyId {
    PartyId::parse(raw).unwrap()
}

async fn who(store: &SqliteStore, number: &str) -> ParticipantRef {
    let id = NationalId::parse(number).unwrap();
    store.participant(&id).await.unwrap().unwrap()
}

async fn reason(store: &SqliteStore, whose: ParticipantRef, from: &str, to: &str, asked: Category) -> Reason {
    let ledger = store.ledger(whose).await.unwrap();
    let (from, to, asked) = (party(from), party(to), CategorySet::of(&[asked]));
    decide(&ledger, &from, &to, Purpose::WorkOrientedFollowup, asked, now()).reason()
}

/// Number, beginning of the pseudonym, and the categories that may be sent.
type Person = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str, Category, Reason)],
);

const PEOPLE: [Person; 8] = [
    (
        "01815000036",
        "652718ab",
        &[
            ("nordvik", "havna", Category::Goals, Reason::Granted),
            ("nordvik", "lageret", Category::Goals, Reason::Granted),
            ("nordvik", "lageret", Category::Progress, Reason::OtherCategories),
            ("nordvik", "nav-fjellvik", Category::Progress, Reason::NoGrant),
        ],
    ),
    (
        "02815000075",
        "bd00781b",
        &[
            ("nordvik", "havna", Category::Outcome, Reason::Granted),
            ("havna", "nordvik", Category::TreatmentStatus, Reason::Granted),
        ],
    ),
    (
        "03815000004",
        "74e5000d",
        &[
            ("nordvik", "havna", Category::Progress, Reason::Granted),
            ("havna", "nordvik", Category::TreatmentStatus, Reason::NotConfirmed),
        ],
    ),
    (
        "04815000043",
        "1817e59b",
        &[("nordvik", "pauset", Category::Progress, Reason::Granted)],
    ),
    (
        "05815000082",
        "7935954b",
        &[("nordvik", "havna", Category::Progress, Reason::Withdrawn)],
    ),
    (
        "06815000011",
        "23964a43",
        // The person is under address protection, which looks as if everything had been withdrawn.
        &[("nordvik", "havna", Category::Progress, Reason::Withdrawn)],
    ),
    (
        "07815000050",
        "03bfbd33",
        &[("nordvik", "havna", Category::Progress, Reason::Granted)],
    ),
    (
        "09815000029",
        "1e592962",
        &[
            ("nordvik", "havna", Category::Progress, Reason::Withdrawn),
            ("havna", "nordvik", Category::TreatmentStatus, Reason::Granted),
        ],
    ),
];

/// Second number of person 2.
const SECOND_NUMBER: &str = "10815000078";

async fn means_what_it_meant(store: &SqliteStore) {
    for (number, pseudonym, exchanges) in PEOPLE {
        let whose = who(store, number).await;
        assert!(whose.to_string().starts_with(pseudonym), "{number} is {whose}");
        for (from, to, asked, expected) in exchanges {
            let found = reason(store, whose, from, to, *asked).await;
            assert_eq!(found, *expected, "{pseudonym}: {from} to {to}, {asked:?}");
        }
        assert_eq!(store.consents_of(whose).await.unwrap().len(), 1, "{pseudonym}");
    }
    let protected = store.ledger(who(store, PEOPLE[5].0).await).await.unwrap();
    assert!(protected.protected, "{protected:?}");
    assert_eq!(who(store, SECOND_NUMBER).await, who(store, PEOPLE[2].0).await);
    let counts: std::collections::BTreeMap<_, _> = store.counts().await.unwrap().into_iter().collect();
    let waits = ["waiting", "delivered", "blocked", "cancelled"].map(|state| counts[state]);
    assert_eq!(waits, [2, 2, 1, 1]);
    assert_eq!(counts["with-a-person"], 0, "the state came later");
}

#[tokio::test]
async fn a_store_from_before_is_adopted_once_and_means_what_it_meant() {
    let copy = Copy::new();
    // Before this hub opens the store, `verify` has nothing to compare ledgers with, and reports nothing.
    assert_eq!(copy.log().ledgers().unwrap(), []);
    let note = fs::read_to_string(copy.file("second-place/checkpoint")).unwrap();
    let key = copy.log().signing_key(&copy.file("audit.key")).unwrap();
    let witnessed = Checkpoint::open(&note, key.verifying_key()).unwrap();
    assert_eq!(witnessed.size, 48);
    for _ in 0..2 {
        let store = copy.open();
        means_what_it_meant(&store).await;
        for more in 0..4 {
            let later = now().checked_add(jiff::SignedDuration::from_secs(more)).unwrap();
            store.sweep(later).await.unwrap();
        }
        store.ready().await.unwrap();
        let rows = store.audit(49, 100).await.unwrap();
        let adopted = rows.iter().filter(|row| row.action == "ledger-adopted").count();
        let told: Vec<_> = rows.iter().filter(|row| row.action == "ledgers-adopted").collect();
        assert_eq!((adopted, told.len()), (8, 1));
        assert_eq!(told[0].detail, "{\"participants\":8}");
        drop(store);
        let report = verify(&mut copy.log(), std::slice::from_ref(&witnessed), &mut |_| {}).unwrap();
        assert_eq!(report.findings, []);
        assert_eq!(copy.log().ledgers().unwrap(), []);
    }
}

#[tokio::test]
async fn what_is_edited_after_the_adoption_is_found_and_a_missing_mac_is_a_mismatch() {
    for edit in [
        "UPDATE grant_row SET categories = 255",
        "UPDATE participant SET ledger_mac = NULL",
        "UPDATE participant SET ledger_version = NULL, ledger_salt = NULL, ledger_beside = NULL, ledger_mac = NULL",
        "UPDATE consent SET withdrawn_at = NULL; DELETE FROM withdrawal; UPDATE participant SET protected = 0, ledger_version = 1",
    ] {
        let copy = Copy::new();
        drop(copy.open());
        copy.sql(edit);
        let store = copy.open();
        let mut differ = 0;
        for (number, ..) in PEOPLE {
            let ledger = store.ledger(who(&store, number).await).await.unwrap();
            differ += usize::from(ledger.differs);
        }
        let expected = match edit {
            "UPDATE grant_row SET categories = 255" => 8 - 1,
            edit if edit.starts_with("UPDATE participant") => 8,
            _ => 3,
        };
        // Person 1's grants already had every category, so that this edit changes nothing.
        assert_eq!(differ, expected, "{edit}");
    }
}

#[tokio::test]
async fn a_log_that_was_edited_before_is_adopted_once_that_is_accepted_and_takes_nothing_back() {
    let copy = Copy::new();
    // A check of the rows found a difference, and stored this mark.
    copy.sql("INSERT INTO meta (name, value) VALUES ('audit.mismatch', CAST('rows entry 5 was edited' AS BLOB))");
    let (new, by) = (NationalId::parse("11815000007").unwrap(), Actor::Operator);
    for _ in 0..2 {
        let store = copy.open();
        assert!(store.ready().await.is_err(), "nothing is released meanwhile");
        // Commands that narrow permissions are still allowed, and a new participant can be added.
        let whose = store.set_protected(&new, true, &by, now()).await.unwrap();
        assert!(store.ledger(whose).await.unwrap().protected);
    }
    let accepted = SqliteStore::accept_mismatch(copy.options(), "it is known who did it", now()).unwrap();
    let accepted = accepted.unwrap();
    assert_eq!(
        (accepted.participants, accepted.cancelled, accepted.log.len()),
        (vec![], 0, 1)
    );
    let store = copy.open();
    store.ready().await.unwrap();
    means_what_it_meant(&store).await;
    let ledger = store.ledger(who(&store, "11815000007").await).await.unwrap();
    assert!(ledger.protected && !ledger.differs, "{ledger:?}");
    drop(store);
    assert_eq!(copy.log().ledgers().unwrap(), []);
}

#[tokio::test]
async fn an_adopted_ledger_changes_as_any_other() {
    let copy = Copy::new();
    let store = copy.open();
    let (one, protected) = (who(&store, PEOPLE[0].0).await, who(&store, PEOPLE[5].0).await);
    let by = Actor::Operator;
    store.withdraw(one, &Scope::Everything, &by, now()).await.unwrap();
    assert_eq!(
        reason(&store, one, "nordvik", "havna", Category::Goals).await,
        Reason::Withdrawn
    );
    let number = NationalId::parse(PEOPLE[5].0).unwrap();
    store.set_protected(&number, false, &by, now()).await.unwrap();
    assert_eq!(
        reason(&store, protected, "nordvik", "havna", Category::Progress).await,
        Reason::Granted
    );
    store.erase(one, &by, now()).await.unwrap().unwrap();
    drop(store);
    let store = copy.open();
    assert!(!store.ledger(one).await.unwrap().differs);
    drop(store);
    assert_eq!(copy.log().ledgers().unwrap(), []);
}

#[tokio::test]
async fn a_party_from_before_has_one_version_without_an_actor_and_its_versions_leave_with_it() {
    let copy = Copy::new();
    for _ in 0..2 {
        let store = copy.open();
        let parties = store.parties().await.unwrap();
        assert_eq!(parties.len(), 5);
        for party in parties {
            let versions = store.party_versions(&party.id, None, 100).await.unwrap();
            assert_eq!(versions.len(), 1, "{}", party.id);
            assert_eq!((versions[0].number, &versions[0].made), (VersionNumber::FIRST, &None));
            assert!(versions[0].party.has_set_up_of(&party));
        }
    }
    let store = copy.open();
    let paused = party("pauset");
    let mut changed = store
        .parties()
        .await
        .unwrap()
        .into_iter()
        .find(|p| p.id == paused)
        .unwrap();
    changed.name = "Nytt navn".to_owned();
    let mut revision = PartyRevision {
        party: changed,
        built_on: VersionNumber::FIRST,
        back_to: None,
        why: None,
    };
    let second = VersionNumber::FIRST.next();
    let done = store.revise_party(&revision, &Actor::Operator, now()).await.unwrap();
    assert_eq!(done, Some(Revision::New(second)));
    let first = store.party_versions(&paused, Some(second), 1).await.unwrap().remove(0);
    (revision.party, revision.built_on, revision.back_to) = (first.party, second, Some(first.number));
    store.revise_party(&revision, &Actor::Operator, now()).await.unwrap();
    let parties = store.parties().await.unwrap();
    let back = parties.iter().find(|party| party.id == paused).unwrap();
    assert_eq!((back.name.as_str(), back.paused), ("Pauset AS", true));
    drop(store);
    copy.sql(
        "PRAGMA foreign_keys = ON; DELETE FROM api_key WHERE party = 'pauset'; \
         DELETE FROM party_pause WHERE party = 'pauset'; DELETE FROM mail_notice WHERE party = 'pauset'; \
         DELETE FROM party WHERE id = 'pauset'",
    );
    let store = copy.open();
    assert_eq!(store.party_versions(&paused, None, 100).await.unwrap(), []);
    assert_eq!(store.party_versions(&party("havna"), None, 100).await.unwrap().len(), 1);
}
