//! Consents permit something only in their registered form. Rows that are edited, deleted, inserted or restored beside
//! the hub, running or stopped, block the participant concerned and nobody else.

#![expect(clippy::unwrap_used, reason = "tests")]

mod place;
#[path = "place/witnessed.rs"]
mod witnessed;

use std::sync::Arc;

use bindeledd_core::alert::AlertKind;
use bindeledd_core::audit::AuditAction;
use bindeledd_core::consent::{Basis, Grant, Moment, Period};
use bindeledd_core::{Category, CategorySet, DeliveryId, ParticipantRef, Reason, decide};
use bindeledd_engine::ports::{Actor, AlertFilter, ReserveOutcome, Scope, StoreError};
use bindeledd_store::{AuditFinding, AuditLog, SqliteStore, verify};
use bindeledd_store_contract::world::{
    AFT, DPS, GP, KARI, NAV, OLA, World, at, consent, document, grant, id, person, progress,
};
use rusqlite::Connection;
use witnessed::{Shared, Witnessed};

/// The waiting deliveries about two people with equal consents.
struct Waiting {
    kari: ParticipantRef,
    ola: ParticipantRef,
    about_kari: DeliveryId,
    about_ola: DeliveryId,
}

fn grants() -> Vec<Grant> {
    let period = Some(Period {
        start: Moment::Instant(at(-10)),
        end: Some(Moment::Instant(at(100_000))),
    });
    let duty = Basis::Duty {
        reference: "NAV-loven § 15".into(),
    };
    vec![
        grant(AFT, GP, &[Category::Progress]),
        Grant {
            confirmed: false,
            period,
            ..grant(DPS, AFT, &[Category::TreatmentStatus])
        },
        Grant {
            basis: duty,
            ..grant(AFT, NAV, &[Category::Outcome])
        },
        grant(AFT, DPS, &[Category::Progress, Category::Goals]),
    ]
}

async fn world(place: &Arc<Witnessed>) -> (World<Shared>, Waiting) {
    let world = World::new(Shared(Arc::clone(place))).await;
    let kari = world.consent(1, KARI, grants()).await;
    let ola = world.consent(2, OLA, grants()).await;
    let part = Scope::Exchange {
        from: id(AFT),
        to: id(DPS),
        purpose: bindeledd_core::Purpose::WorkOrientedFollowup,
        categories: CategorySet::of(&[Category::Goals]),
    };
    for whose in [kari, ola] {
        let by = Actor::Operator;
        world.store().withdraw(whose, &part, &by, at(1)).await.unwrap();
    }
    let other = person("05815000082");
    let linked = world.store().link(kari, &other, &Actor::Operator, at(1)).await;
    linked.unwrap().unwrap();
    let about_kari = world.deliver(AFT, GP, progress("r1", KARI, "c"), at(2)).await;
    let about_ola = world.deliver(AFT, GP, progress("r2", OLA, "c"), at(2)).await;
    let waiting = Waiting {
        kari,
        ola,
        about_kari,
        about_ola,
    };
    (world, waiting)
}

fn sql(place: &Witnessed, statements: &str) {
    let conn = Connection::open(place.disk.path()).unwrap();
    conn.execute_batch(&format!("PRAGMA foreign_keys = OFF; {statements}"))
        .unwrap();
}

/// Fills in Kari's key, for a statement about her rows only.
fn about(kari: ParticipantRef, statement: &str) -> String {
    let key: String = kari.0.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    statement.replace("KARI", &format!("x'{key}'"))
}

fn found(place: &Witnessed) -> Vec<AuditFinding> {
    AuditLog::open(&place.disk.path()).unwrap().ledgers().unwrap()
}

async fn alerts(world: &World<Shared>) -> Vec<Option<ParticipantRef>> {
    let filter = AlertFilter {
        kind: Some(AlertKind::LedgerMismatch),
        party: None,
        state: None,
        before: None,
        limit: 100,
    };
    let alerts = world.store().alerts(&filter).await.unwrap();
    alerts.into_iter().map(|alert| alert.participant).collect()
}

/// Sweeps twice, which checks every row of a store of this size.
async fn look(world: &World<Shared>, second: i64) {
    for more in 0..2 {
        world.store().sweep(at(second + more)).await.unwrap();
    }
}

async fn reason(world: &World<Shared>, whose: ParticipantRef, to: &str) -> Reason {
    let ledger = world.store().ledger(whose).await.unwrap();
    let asked = CategorySet::of(&[Category::Progress]);
    let purpose = bindeledd_core::Purpose::WorkOrientedFollowup;
    decide(&ledger, &id(AFT), &id(to), purpose, asked, at(5)).reason()
}

/// Checks that Kari's ledger differs. Nothing about Kari is released or accepted as granted, and everything about Ola
/// is.
async fn only_kari_is_blocked(world: &World<Shared>, waiting: &Waiting, place: &Witnessed, context: &str) {
    let store = world.store();
    assert_eq!(reason(world, waiting.kari, GP).await, Reason::Differs, "{context}");
    assert_eq!(reason(world, waiting.ola, GP).await, Reason::Granted, "{context}");
    let written = Some((document("x"), CategorySet::of(&[Category::Progress])));
    let reserved = store.reserve(waiting.about_kari, written, at(6), at(9)).await.unwrap();
    assert!(matches!(reserved, ReserveOutcome::NotNow), "{context}: {reserved:?}");
    assert_eq!(world.state_name(waiting.about_kari).await, "waiting", "{context}");
    let reserved = world.reserve(waiting.about_ola, at(6)).await;
    assert!(
        matches!(reserved, ReserveOutcome::Reserved(_)),
        "{context}: {reserved:?}"
    );
    // No command makes the differing ledger pass for registered.
    let new = consent(77, KARI, at(7), vec![grant(AFT, GP, &[Category::Goals])]);
    let registered = store.register_consent(new, &Actor::Operator, at(7)).await;
    assert!(
        matches!(registered, Err(StoreError::LedgerDiffers)),
        "{context}: {registered:?}"
    );
    let lifted = store.set_protected(&person(KARI), false, &Actor::Operator, at(7)).await;
    assert!(matches!(lifted, Err(StoreError::LedgerDiffers)), "{context}");
    look(world, 10).await;
    assert_eq!(alerts(world).await, [Some(waiting.kari)], "{context}: told once");
    // Without the key a wrong MAC can not be told from a right one.
    if !context.contains("ledger_mac = (SELECT") {
        let named = found(place).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert!(
            named.len() == 1 && named[0].contains(&waiting.kari.to_string()),
            "{context}: {named:?}"
        );
    }
    // A withdrawal is written nevertheless, and does not make the rest pass for registered either.
    let by = Actor::Operator;
    store
        .withdraw(waiting.kari, &Scope::Everything, &by, at(20))
        .await
        .unwrap();
    assert_eq!(world.state_name(waiting.about_kari).await, "cancelled", "{context}");
    assert_eq!(reason(world, waiting.kari, GP).await, Reason::Differs, "{context}");
    look(world, 30).await;
    assert_eq!(alerts(world).await.len(), 1, "{context}");
}

/// Edits of rows that a decision reads: the very next decision finds them.
const READ_FOR_A_DECISION: [&str; 32] = [
    "UPDATE grant_row SET categories = 255 WHERE participant = KARI AND to_party = 'fjellvik-legekontor'",
    "UPDATE grant_row SET to_party = 'nav-nordvik' WHERE participant = KARI AND place = 3",
    "UPDATE grant_row SET confirmed = 1 WHERE participant = KARI",
    "UPDATE grant_row SET confirmed_by = 'party:dps-havna' WHERE participant = KARI AND place = 0",
    "UPDATE grant_row SET confirmed_at = 1 WHERE participant = KARI AND place = 0",
    "UPDATE grant_row SET confirmation = zeroblob(40) WHERE participant = KARI AND place = 0",
    "UPDATE grant_row SET duty = 'lov' WHERE participant = KARI AND place = 3",
    "UPDATE grant_row SET duty = NULL WHERE participant = KARI",
    "UPDATE grant_row SET period_end = NULL WHERE participant = KARI",
    "DELETE FROM grant_row WHERE participant = KARI AND place = 1",
    "INSERT INTO grant_row SELECT participant, from_party, consent, 9, 'nav-nordvik', purpose, 255, duty, NULL, NULL, 1,
        NULL, NULL, NULL FROM grant_row WHERE participant = KARI AND place = 0",
    "UPDATE consent SET given_at = given_at + 5000000 WHERE participant = KARI",
    "UPDATE consent SET period_end = '2027-01-01' WHERE participant = KARI",
    "UPDATE consent SET version = version + 1 WHERE participant = KARI",
    "UPDATE consent SET withdrawn_at = 1 WHERE participant = KARI",
    "UPDATE consent SET registered = registered + 1 WHERE participant = KARI",
    "UPDATE consent SET registrar = 'nav-nordvik' WHERE participant = KARI",
    "UPDATE withdrawal SET registered_until = 1 WHERE participant = KARI",
    "UPDATE withdrawal SET registrar = 'nav-nordvik' WHERE participant = KARI",
    "DELETE FROM withdrawal WHERE participant = KARI",
    "UPDATE withdrawal SET categories = 1 WHERE participant = KARI",
    "UPDATE withdrawal SET given_until = 0 WHERE participant = KARI",
    "INSERT INTO withdrawal (participant, categories, given_until, made_at) VALUES (KARI, 255, 1, 1)",
    "UPDATE participant SET ledger_version = ledger_version + 1, ledger_salt = zeroblob(16) WHERE ref = KARI",
    "UPDATE participant SET ledger_version = NULL, ledger_salt = NULL, ledger_beside = NULL, ledger_mac = NULL WHERE ref = KARI",
    "UPDATE participant SET ledger_mac = (SELECT p.ledger_mac FROM participant p WHERE p.ref <> KARI LIMIT 1) WHERE ref = KARI",
    UNREADABLE[0],
    UNREADABLE[1],
    UNREADABLE[2],
    UNREADABLE[3],
    UNREADABLE[4],
    UNREADABLE[5],
];

/// Values that the hub never writes and can not read.
const UNREADABLE: [&str; 6] = [
    "UPDATE grant_row SET purpose = 'x' WHERE participant = KARI",
    "UPDATE grant_row SET categories = -1 WHERE participant = KARI AND place = 0",
    "UPDATE grant_row SET to_party = '', period_start = 'soon' WHERE participant = KARI AND place = 1",
    "UPDATE consent SET period_start = 'soon', version = -1 WHERE participant = KARI",
    "UPDATE withdrawal SET purpose = 'x', categories = 70000 WHERE participant = KARI",
    "UPDATE participant SET ledger_version = -1, ledger_mac = x'00', ledger_beside = x'00' WHERE ref = KARI",
];

/// Edits of rows beside the ledger: the next check finds them.
const BESIDE: [&str; 6] = [
    "UPDATE consent SET content = zeroblob(32) WHERE participant = KARI",
    "UPDATE consent SET detail = zeroblob(40) WHERE participant = KARI",
    "INSERT INTO consent SELECT randomblob(16), participant, version, given_at, NULL, period_start, period_end, content, detail, registered,
        registrar FROM consent WHERE participant = KARI",
    "DELETE FROM also_known WHERE participant = KARI",
    "INSERT INTO also_known SELECT randomblob(32), participant, identity, NULL FROM also_known WHERE participant = KARI",
    "INSERT INTO grant_row SELECT participant, from_party, randomblob(16), 0, to_party, purpose, 255, NULL, NULL, NULL, 1,
        NULL, NULL, NULL FROM grant_row WHERE participant = KARI AND place = 0",
];

#[tokio::test]
async fn every_row_that_is_edited_deleted_or_inserted_blocks_its_participant_at_once() {
    for statement in READ_FOR_A_DECISION {
        for stopped in [false, true] {
            let place = Witnessed::new();
            let (mut world, waiting) = world(&place).await;
            if stopped {
                world.close();
            }
            sql(&place, &about(waiting.kari, statement));
            if stopped {
                world.reopen();
            }
            only_kari_is_blocked(&world, &waiting, &place, statement).await;
        }
    }
}

#[tokio::test]
async fn what_no_decision_reads_is_found_by_the_round() {
    for statement in BESIDE {
        for stopped in [false, true] {
            let place = Witnessed::new();
            let (mut world, waiting) = world(&place).await;
            if stopped {
                world.close();
            }
            sql(&place, &about(waiting.kari, statement));
            if stopped {
                world.reopen();
            }
            look(&world, 3).await;
            only_kari_is_blocked(&world, &waiting, &place, statement).await;
        }
    }
}

/// Every table that holds a part of a ledger.
const TABLES: [&str; 5] = ["grant_row", "consent", "withdrawal", "also_known", "participant"];

fn keep(place: &Witnessed) {
    for table in TABLES {
        sql(place, &format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}"));
    }
}

/// Restores a participant's rows, with version, salt and MAC.
fn put_back(place: &Witnessed, whose: ParticipantRef) {
    let mut statements = String::new();
    for table in TABLES {
        let column = if table == "participant" { "ref" } else { "participant" };
        statements.push_str(&format!(
            "DELETE FROM {table} WHERE {column} = KARI; INSERT INTO {table} SELECT * FROM kept_{table} WHERE {column} = KARI;"
        ));
    }
    sql(place, &about(whose, &statements));
}

#[tokio::test]
async fn a_whole_old_ledger_with_its_old_mac_is_found() {
    for stopped in [false, true] {
        let place = Witnessed::new();
        let (mut world, waiting) = world(&place).await;
        keep(&place);
        let by = Actor::Operator;
        let everything = Scope::Everything;
        world
            .store()
            .withdraw(waiting.kari, &everything, &by, at(3))
            .await
            .unwrap();
        assert_eq!(reason(&world, waiting.kari, GP).await, Reason::Withdrawn);
        assert_eq!(found(&place), []);
        if stopped {
            world.close();
        }
        put_back(&place, waiting.kari);
        if stopped {
            world.reopen();
        }
        // At the start the withdrawal is replayed from the journal at the second place. This makes no differing row
        // pass for registered.
        assert_eq!(
            reason(&world, waiting.kari, GP).await,
            Reason::Differs,
            "stopped: {stopped}"
        );
        let again = world.send(AFT, &[GP], progress("r9", KARI, "d"), at(5)).await;
        let cause = again.deliveries[0].cause.as_ref().map(|cause| cause.code.as_str());
        assert_eq!((again.deliveries[0].state, cause), ("blocked", Some("BL-5021")));
        look(&world, 10).await;
        assert_eq!(alerts(&world).await, [Some(waiting.kari)]);
        assert_eq!(found(&place).len(), 1);
        assert_eq!(reason(&world, waiting.ola, GP).await, Reason::Granted);
    }
}

#[tokio::test]
async fn rows_that_come_right_again_permit_again() {
    let place = Witnessed::new();
    let (world, waiting) = world(&place).await;
    keep(&place);
    sql(
        &place,
        &about(
            waiting.kari,
            "UPDATE grant_row SET categories = 255 WHERE participant = KARI",
        ),
    );
    assert_eq!(reason(&world, waiting.kari, GP).await, Reason::Differs);
    look(&world, 3).await;
    assert_eq!(alerts(&world).await.len(), 1);
    put_back(&place, waiting.kari);
    look(&world, 6).await;
    assert_eq!(reason(&world, waiting.kari, GP).await, Reason::Granted);
    let reserved = world.reserve(waiting.about_kari, at(400)).await;
    assert!(matches!(reserved, ReserveOutcome::Reserved(_)), "{reserved:?}");
    // The next episode raises an alert again.
    sql(
        &place,
        &about(
            waiting.kari,
            "UPDATE grant_row SET categories = 255 WHERE participant = KARI",
        ),
    );
    look(&world, 500).await;
    assert_eq!(alerts(&world).await.len(), 2);
}

/// A withdrawal while the ledger differs remains in force: restored rows from before it do not match the log.
#[tokio::test]
async fn a_withdrawal_under_a_mismatch_is_not_undone_by_rows_that_come_back() {
    for protects in [false, true] {
        let place = Witnessed::new();
        let (mut world, waiting) = world(&place).await;
        keep(&place);
        let edit = "UPDATE grant_row SET categories = 255 WHERE participant = KARI";
        sql(&place, &about(waiting.kari, edit));
        assert_eq!(reason(&world, waiting.kari, GP).await, Reason::Differs);
        let by = Actor::Operator;
        if protects {
            let protected = world.store().set_protected(&person(KARI), true, &by, at(3)).await;
            protected.unwrap();
        } else {
            let withdrawn = world
                .store()
                .withdraw(waiting.kari, &Scope::Everything, &by, at(3))
                .await;
            withdrawn.unwrap();
        }
        put_back(&place, waiting.kari);
        look(&world, 6).await;
        assert_eq!(reason(&world, waiting.kari, GP).await, Reason::Differs);
        world.reopen();
        assert_eq!(reason(&world, waiting.kari, GP).await, Reason::Differs);
    }
}

#[tokio::test]
async fn nobody_is_taken_for_somebody_else_or_lost() {
    // First the look-up digests of two participants are swapped. Then a participant's row is missing, which is
    // reported.
    let place = Witnessed::new();
    let (world, waiting) = world(&place).await;
    let swap = "CREATE TABLE kept AS SELECT ref, lookup FROM participant;
        UPDATE participant SET lookup = randomblob(32);
        UPDATE participant SET lookup = (SELECT k.lookup FROM kept k WHERE k.ref <> participant.ref)";
    sql(&place, swap);
    for whose in [KARI, OLA] {
        let sent = world.send(AFT, &[GP], progress(whose, whose, "d"), at(5)).await;
        assert_eq!(sent.deliveries[0].state, "blocked");
    }
    sql(&place, "UPDATE participant SET lookup = randomblob(32);
            UPDATE participant SET lookup = (SELECT k.lookup FROM kept k WHERE k.ref = participant.ref); DROP TABLE kept");
    look(&world, 10).await;
    assert_eq!(reason(&world, waiting.kari, GP).await, Reason::Granted);
    // A number that somebody else wrote into Kari's row is not hers.
    sql(
        &place,
        &about(
            waiting.kari,
            "UPDATE also_known SET lookup = randomblob(32) WHERE participant = KARI",
        ),
    );
    look(&world, 20).await;
    assert_eq!(reason(&world, waiting.kari, GP).await, Reason::Differs);
    let gone = "DELETE FROM participant WHERE ref = KARI";
    sql(&place, &about(waiting.ola, gone));
    look(&world, 30).await;
    let told: std::collections::BTreeSet<_> = alerts(&world).await.into_iter().collect();
    assert_eq!(told, [Some(waiting.kari), Some(waiting.ola)].into());
    assert!(
        found(&place)
            .iter()
            .any(|finding| finding.to_string().contains("are gone"))
    );
}

#[tokio::test]
async fn protection_that_is_lifted_by_an_edit_protects() {
    for stopped in [false, true] {
        let place = Witnessed::new();
        let (mut world, waiting) = world(&place).await;
        world
            .store()
            .set_protected(&person(KARI), true, &Actor::Operator, at(3))
            .await
            .unwrap();
        if stopped {
            world.close();
        }
        sql(
            &place,
            &about(waiting.kari, "UPDATE participant SET protected = 0 WHERE ref = KARI"),
        );
        if stopped {
            world.reopen();
        }
        assert_eq!(reason(&world, waiting.kari, GP).await, Reason::Differs);
        world.close();
        // The journal does not contain the lifting, so that accepting the mismatch protects Kari again.
        let accepted = SqliteStore::accept_mismatch(place.options(), "nobody knows who did it", at(50)).unwrap();
        assert_eq!(accepted.unwrap().participants, [waiting.kari]);
        world.reopen();
        let ledger = world.store().ledger(waiting.kari).await.unwrap();
        assert!(ledger.protected && !ledger.differs, "{ledger:?}");
        assert_eq!(reason(&world, waiting.kari, GP).await, Reason::Withdrawn);
        assert_eq!(found(&place), []);
    }
}

#[tokio::test]
async fn accepting_takes_back_what_rests_on_the_rows_and_a_new_consent_opens_again() {
    let place = Witnessed::new();
    let (mut world, waiting) = world(&place).await;
    let widened = "UPDATE grant_row SET categories = 255, duty = 'lov', confirmed = 1 WHERE participant = KARI";
    sql(&place, &about(waiting.kari, widened));
    look(&world, 3).await;
    world.close();
    let accepted = SqliteStore::accept_mismatch(place.options(), "it can not be repaired", at(50)).unwrap();
    let accepted = accepted.unwrap();
    assert_eq!(
        (accepted.participants, accepted.cancelled, accepted.log),
        (vec![waiting.kari], 1, Vec::new())
    );
    let again = SqliteStore::accept_mismatch(place.options(), "once more", at(51)).unwrap();
    assert_eq!(again, None);
    world.reopen();
    assert_eq!(world.state_name(waiting.about_kari).await, "cancelled");
    assert_eq!(world.state_name(waiting.about_ola).await, "waiting");
    assert_eq!(found(&place), []);
    for to in [GP, NAV, DPS] {
        let reason = reason(&world, waiting.kari, to).await;
        assert!(reason < Reason::PartlyGranted, "{to}: {reason:?}");
    }
    let new = consent(9, KARI, at(60), vec![grant(AFT, GP, &[Category::Progress])]);
    let registered = world.store().register_consent(new, &Actor::Operator, at(60)).await;
    registered.unwrap().unwrap();
    let sent = world.send(AFT, &[GP], progress("r8", KARI, "d"), at(61)).await;
    assert_eq!(sent.deliveries[0].state, "waiting");
    assert_eq!(world.audited("ledger-accepted").await, 1);
    let report = verify(&mut AuditLog::open(&place.disk.path()).unwrap(), &[], &mut |_| {}).unwrap();
    assert_eq!(report.findings, []);
}

#[tokio::test]
async fn what_can_not_be_understood_is_accepted_too_and_leaves_nothing_in_the_way() {
    let sealed = "UPDATE consent SET detail = zeroblob(40) WHERE participant = KARI";
    for statement in UNREADABLE.into_iter().chain([sealed]) {
        let place = Witnessed::new();
        let (mut world, waiting) = world(&place).await;
        sql(&place, &about(waiting.kari, statement));
        look(&world, 3).await;
        world.close();
        let accepted = SqliteStore::accept_mismatch(place.options(), "it can not be repaired", at(50)).unwrap();
        assert_eq!(accepted.unwrap().participants, [waiting.kari], "{statement}");
        world.reopen();
        assert_eq!(world.state_name(waiting.about_kari).await, "cancelled", "{statement}");
        assert_eq!(world.state_name(waiting.about_ola).await, "waiting", "{statement}");
        assert_eq!(found(&place), [], "{statement}");
        assert!(
            !world.store().ledger(waiting.kari).await.unwrap().differs,
            "{statement}"
        );
        world.store().consents_of(waiting.kari).await.unwrap();
        let new = consent(9, KARI, at(60), vec![grant(AFT, GP, &[Category::Progress])]);
        let registered = world.store().register_consent(new, &Actor::Operator, at(60)).await;
        registered.unwrap().unwrap();
        let sent = world.send(AFT, &[GP], progress("r8", KARI, "d"), at(61)).await;
        assert_eq!(sent.deliveries[0].state, "waiting", "{statement}");
        let by = Actor::Operator;
        let answer = world
            .store()
            .withdraw(waiting.kari, &Scope::Everything, &by, at(62))
            .await;
        assert_eq!(answer.unwrap().cancelled.len(), 1, "{statement}");
    }
}

#[tokio::test]
async fn macs_that_are_stripped_are_not_adopted_again() {
    let place = Witnessed::new();
    let (mut world, waiting) = world(&place).await;
    let strip =
        "UPDATE participant SET ledger_version = NULL, ledger_salt = NULL, ledger_beside = NULL, ledger_mac = NULL;
        UPDATE grant_row SET categories = 255";
    world.close();
    sql(&place, strip);
    world.reopen();
    assert_eq!(reason(&world, waiting.kari, GP).await, Reason::Differs);
    assert_eq!(reason(&world, waiting.ola, GP).await, Reason::Differs);
    // The same holds where the rows about the ledgers are edited to look like rows about something else.
    for n in 0..600 {
        let detail = serde_json::json!({ "n": n });
        world
            .store()
            .note(AuditAction::InboxRead, &Actor::Hub, &detail, at(3))
            .await
            .unwrap();
    }
    world.close();
    sql(
        &place,
        "UPDATE audit SET detail = replace(detail, '\"ledger\":', '\"ladder\":')",
    );
    world.reopen();
    assert_eq!(reason(&world, waiting.kari, GP).await, Reason::Differs);
    assert!(matches!(world.store().ready().await, Err(StoreError::LogDiffers(_))));
    assert_eq!(world.audited("ledgers-adopted").await, 0);
}

#[tokio::test]
async fn an_export_tells_of_ledgers_whose_versions_do_not_follow() {
    let place = Witnessed::new();
    let (world, waiting) = world(&place).await;
    let whole = |place: &Witnessed| {
        let mut log = AuditLog::open(&place.disk.path()).unwrap();
        verify(&mut log, &[], &mut |_| {}).unwrap().findings
    };
    assert_eq!(whole(&place), []);
    let participant = waiting.kari.to_string();
    let detail = serde_json::json!({ "participant": participant, "ledger": 1, "ledgerDigest": "00".repeat(32) });
    world
        .store()
        .note(AuditAction::LedgerAdopted, &Actor::Hub, &detail, at(3))
        .await
        .unwrap();
    assert!(matches!(whole(&place)[..], [AuditFinding::LedgerVersion(_)]));
}

/// A xorshift generator. Its fixed seed makes the histories the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

const NUMBERS: [&str; 5] = [KARI, OLA, "01815000036", "02815000075", "03815000004"];

/// Restores a backup from a moment ago, after some more steps.
async fn restored(world: &mut World<Shared>, place: &Arc<Witnessed>, number: &str, now: i64) {
    let by = Actor::Operator;
    world.close();
    let backup = place.backup();
    world.reopen();
    let store = world.store();
    let whose = store.set_protected(&person(number), true, &by, at(now)).await.unwrap();
    store.withdraw(whose, &Scope::Everything, &by, at(now)).await.unwrap();
    world.close();
    place.restore(&backup);
    place.accept().unwrap();
    world.reopen();
}

/// Sends two contents under one id at once. The refused content leaves no trace, not even in the book of ledgers.
async fn two_contents(world: &World<Shared>, number: &str, now: i64) {
    let taken = consent(1, number, at(now), vec![grant(AFT, GP, &[Category::Goals])]);
    let other = bindeledd_engine::ports::NewConsent {
        text_version: "other".into(),
        ..taken.clone()
    };
    let by = Actor::Operator;
    let (one, another) = tokio::join!(
        world.store().register_consent(taken, &by, at(now)),
        world.store().register_consent(other, &by, at(now))
    );
    assert!(one.is_ok() && another.is_ok());
}

async fn confirm_all(world: &World<Shared>, whose: ParticipantRef, now: i64) {
    for known in world.store().consents_of(whose).await.unwrap() {
        let what = bindeledd_engine::ports::Confirming {
            consent: known.id,
            sender: id(AFT),
            receiver: None,
            rests_on: bindeledd_core::confirm::RestsOn::Evidence,
            evidence: Some(known.evidence.clone()),
        };
        let confirmed = world.store().confirm_consent(&what, &Actor::Operator, at(now)).await;
        confirmed.unwrap();
    }
}

/// Takes one step of a history. No step edits rows.
async fn step(world: &mut World<Shared>, place: &Arc<Witnessed>, random: &mut Random, now: i64) -> &'static str {
    let by = Actor::Operator;
    let number = NUMBERS[usize::try_from(random.below(5)).unwrap()];
    let whose = world.store().participant(&person(number)).await.unwrap();
    let to = [GP, NAV, DPS][usize::try_from(random.below(3)).unwrap()];
    match (random.below(14), whose) {
        (0..=2, _) => {
            let mut new = grant(AFT, to, &[Category::Progress]);
            new.confirmed = random.below(2) == 0;
            let consent = consent(u128::from(random.0), number, at(now), vec![new]);
            world
                .store()
                .register_consent(consent, &by, at(now))
                .await
                .unwrap()
                .unwrap();
            "register"
        }
        (3, Some(whose)) => {
            confirm_all(world, whose, now).await;
            "confirm"
        }
        (4, Some(whose)) => {
            let scope = match random.below(3) {
                0 => Scope::Everything,
                1 => Scope::Party(id(to)),
                _ => match world.store().consents_of(whose).await.unwrap().first() {
                    Some(known) => Scope::Consent(known.id),
                    None => Scope::Everything,
                },
            };
            world.store().withdraw(whose, &scope, &by, at(now)).await.unwrap();
            "withdraw"
        }
        (5, _) => {
            let on = random.below(2) == 0;
            world
                .store()
                .set_protected(&person(number), on, &by, at(now))
                .await
                .unwrap();
            "protect"
        }
        (6, Some(whose)) => {
            let other = NUMBERS[usize::try_from(random.below(5)).unwrap()];
            world.store().link(whose, &person(other), &by, at(now)).await.unwrap();
            "link"
        }
        (7, Some(whose)) if random.below(3) == 0 => {
            world.store().erase(whose, &by, at(now)).await.unwrap();
            "erase"
        }
        (8, _) => {
            world.store().new_wrapping(&by, at(now)).await.unwrap();
            for more in 0..3 {
                world.store().sweep(at(now + more)).await.unwrap();
            }
            "rewrap"
        }
        (9, _) => {
            world.reopen();
            "reopen"
        }
        (10, _) if random.below(3) == 0 => {
            restored(world, place, number, now).await;
            "restore"
        }
        (11, _) => {
            two_contents(world, number, now).await;
            "one id, two contents"
        }
        _ => {
            let reference = format!("r{now}");
            world.send(AFT, &[to], progress(&reference, number, "c"), at(now)).await;
            "send"
        }
    }
}

#[tokio::test]
async fn every_ledger_holds_after_every_step_of_any_history() {
    for seed in 1..=12_u64 {
        let place = Witnessed::new();
        let mut world = World::new(Shared(Arc::clone(&place))).await;
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut steps = Vec::new();
        for number in 0..40 {
            let now = 10 + number * 5;
            steps.push(step(&mut world, &place, &mut random, now).await);
            assert_eq!(found(&place), [], "history {seed}: {steps:?}");
            for number in NUMBERS {
                if let Some(whose) = world.store().participant(&person(number)).await.unwrap() {
                    let ledger = world.store().ledger(whose).await.unwrap();
                    assert!(!ledger.differs, "history {seed}: {steps:?}");
                }
            }
        }
        look(&world, 1000).await;
        assert_eq!(alerts(&world).await, [], "history {seed}: {steps:?}");
        assert!(world.store().ready().await.is_ok(), "history {seed}: {steps:?}");
        let mut log = AuditLog::open(&place.disk.path()).unwrap();
        assert_eq!(
            verify(&mut log, &[], &mut |_| {}).unwrap().findings,
            [],
            "history {seed}"
        );
    }
}
