//! No query on a hot path or of an operator may scan a table.

use rusqlite::config::DbConfig;

use crate::commands::{
    accept, alert, delivery, erase, fetched, inbox, mail_status, operate, release, release_input, waits, watch,
    withdrawal_entries, withdrawal_notice,
};
use crate::conn::Conn;
use crate::views::disclosure;
use crate::views::messages::questions;
use bindeledd_core::{Kind, MessageId, ParticipantRef, PartyId};
use bindeledd_engine::ports::MessageFilter;

fn plan(conn: &Conn, sql: &str) -> Vec<String> {
    let mut statement = conn.sqlite().prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let nulls = vec![rusqlite::types::Null; statement.parameter_count()];
    let rows = statement.query_map(rusqlite::params_from_iter(nulls), |row| row.get::<_, String>("detail"));
    rows.unwrap().map(Result::unwrap).collect()
}

fn empty_store() -> Conn {
    let conn = crate::sqlite::testing::empty();
    // Every connection of the store has this setting.
    conn.sqlite()
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .unwrap();
    conn
}

#[test]
fn hot_questions_are_searches() {
    let conn = empty_store();
    let hot = [
        release::DUE,
        release::NEXT_DUE,
        release::BY_EXTERNAL,
        release_input::BY_ANY_EXTERNAL,
        release_input::CONVERSATION_OPENED,
        release_input::CONVERSATION_BEGAN,
        disclosure::PART_OF,
        delivery::BY_ID,
        delivery::BY_MESSAGE,
        delivery::BY_PARTICIPANT,
        delivery::BY_DEADLINE,
        delivery::BY_STATE,
        delivery::WITH_PERSON_PAST,
        delivery::WITH_PERSON_SINCE,
        delivery::NEXT,
        delivery::LAST_PLACE,
        fetched::OPEN,
        fetched::BY_ID,
        fetched::NEWEST,
        fetched::NEXT,
        fetched::PENDING,
        fetched::ASIDE,
        fetched::OLD,
        fetched::AWAITING,
        inbox::HANDED,
        inbox::WAITING,
        mail_status::NEWEST,
        mail_status::LAST_MAIL,
        withdrawal_notice::NOTICE,
        withdrawal_entries::ENTRIES,
        erase::DELIVERIES,
        operate::OLD_BODIES,
        operate::OLD_BYTES,
        operate::OLD_REFERENCES,
        alert::OF_KIND,
        alert::OPEN_EPISODE,
        alert::OLD,
        alert::SEEN_BY,
        alert::OF_PARTICIPANT,
        waits::STANDING,
        waits::OF_PARTICIPANT,
        disclosure::DISCLOSED,
        disclosure::RELEASES,
        disclosure::GRANT,
        disclosure::CORRECTIONS,
        disclosure::REACHED,
        accept::REACHED,
        watch::WAITS,
        watch::BLOCKED,
    ];
    for sql in hot {
        let plan = plan(&conn, sql);
        assert!(!plan.is_empty());
        for step in plan {
            assert!(!step.contains("SCAN"), "{step}\nin {sql}");
        }
    }
}

#[test]
fn what_is_due_is_found_in_the_order_of_its_index() {
    let conn = empty_store();
    for sql in [release::DUE, release::NEXT_DUE, inbox::HANDED] {
        let plan = plan(&conn, sql).join("\n");
        assert!(plan.contains("COVERING INDEX"), "{plan}\nin {sql}");
    }
    let ordered = [
        release::DUE,
        release::NEXT_DUE,
        inbox::HANDED,
        delivery::LAST_PLACE,
        delivery::NEXT,
    ];
    for sql in ordered {
        let plan = plan(&conn, sql).join("\n");
        assert!(!plan.contains("B-TREE"), "{plan}\nin {sql}");
    }
}

/// Returns every combination of filters for an operator's list of messages.
pub(crate) fn message_filters() -> impl Iterator<Item = MessageFilter> {
    (0..64_u8).map(|bits| {
        let on = |bit: u8| bits & (1 << bit) != 0;
        let state = match (on(0), on(1)) {
            (false, _) => None,
            (true, false) => Some("waiting".to_owned()),
            (true, true) => Some("failed".to_owned()),
        };
        MessageFilter {
            party: on(2).then(|| PartyId::parse("nordvik-aft").unwrap()),
            participant: on(3).then(|| ParticipantRef(uuid::Uuid::nil())),
            state,
            kind: on(4).then_some(Kind::Answer),
            before: on(5).then(|| MessageId(uuid::Uuid::nil())),
            limit: 10,
        }
    })
}

#[test]
fn an_operators_lists_walk_an_index() {
    let conn = empty_store();
    for filter in message_filters() {
        let questions = questions(&filter);
        assert!(!questions.is_empty());
        for question in questions {
            for step in plan(&conn, &question.sql) {
                assert!(!step.contains("SCAN"), "{step}\nin {}", question.sql);
            }
        }
    }
}
