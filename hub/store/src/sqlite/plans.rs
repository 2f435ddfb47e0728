//! No query on a hot path or of an operator may scan a table.

use rusqlite::config::DbConfig;

use crate::audit::log as audit_log;
use crate::commands::{
    accept, account, adapter_life, alert, alert_life, alert_push, alert_row, attempt, delivery, entry, erase, fetched,
    flow, follow_up, hand_over, inbox, letter, letter_list, look, mail_status, opening, operate, own_page,
    party_version, person_mail, release, release_input, request, run, unsent, waits, watch, withdrawal_entries,
    withdrawal_notice,
};
use crate::conn::Conn;
use crate::views::question::Question;
use crate::views::selection::{count_questions, questions};
use crate::views::{audit, disclosure, flow as views_flow, glance, search, timeline};
use bindeledd_core::alert::Severity;
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
#[expect(clippy::too_many_lines, reason = "one line a statement")]
fn hot_questions_are_searches() {
    let conn = empty_store();
    let hot = [
        audit_log::BY_INDEX.delivery,
        audit_log::BY_INDEX.accepted,
        release::DUE,
        release::NEXT_DUE,
        release::BY_EXTERNAL,
        release_input::BY_ANY_EXTERNAL,
        run::BY_TOKEN,
        run::BY_ID,
        run::NEWEST,
        run::OPEN,
        run::UNDER_WAY,
        run::OLD,
        run::FATE,
        run::FATES,
        run::OF_FATE,
        run::NEXT,
        run::LEFT,
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
        party_version::NEWEST,
        party_version::BEFORE,
        party_version::OLD,
        withdrawal_notice::NOTICE,
        withdrawal_entries::ENTRIES,
        erase::DELIVERIES,
        operate::OLD_BODIES,
        operate::OLD_BYTES,
        operate::OLD_REFERENCES,
        account::OLD_SESSIONS,
        look::OF_PARTICIPANT,
        follow_up::OF_PARTY,
        follow_up::OF_PARTICIPANT,
        follow_up::BY_GRANTS,
        letter_list::HANDED_OF,
        letter_list::WAITING_OF,
        letter_list::TO_ENTER_OF,
        letter_list::READ_OF,
        letter_list::TO_ENTER,
        letter_list::READ,
        letter_list::HANDED_TO_NOBODY,
        letter_list::WAITING_FOR_NOBODY,
        letter_list::PARTICIPANTS_OF,
        person_mail::WAITING,
        person_mail::UNSEEN,
        person_mail::UNSEEN_ANSWERS,
        request::BY_ID,
        request::OF_PARTICIPANT,
        request::OF_PARTY,
        request::PAST,
        request::DIGEST,
        own_page::IS_ASKED,
        request::UNSEEN,
        request::OLD,
        person_mail::OF_PERSON,
        hand_over::UNSEEN,
        hand_over::ABOUT,
        letter::READINGS,
        letter::REPLIES,
        letter::ANSWERING,
        letter::NAMING,
        entry::OF_PARTICIPANT,
        entry::OF_DELIVERY,
        adapter_life::VERSIONS_OF,
        adapter_life::SWITCHES_OF,
        opening::BY_ID,
        opening::OPEN_OF_PERSON,
        opening::NEWEST,
        opening::NEWEST_OF_SENDER,
        opening::NOT_OVER,
        opening::OF_MESSAGE,
        opening::PAST,
        own_page::BY_CODE,
        own_page::BY_ID,
        own_page::OF_PARTY,
        own_page::BY_PARTY,
        own_page::PAST,
        own_page::SESSION,
        own_page::OLD_SESSIONS,
        look::OF_PARTY,
        account::OLD_LINKS,
        alert::OF_KIND,
        alert::IN_STATE,
        alert_row::BY_ID,
        alert_life::UNCLOSED,
        alert_push::OF_ALERT,
        alert_push::UNTAKEN_OF_ALERT,
        alert_push::FAILED,
        alert_life::OF_EPISODE,
        alert_life::OF_DELIVERY,
        alert::OPEN_EPISODE,
        alert::OLD,
        alert::SEEN_BY,
        alert::OF_PARTICIPANT,
        waits::STANDING,
        waits::OF_PARTICIPANT,
        waits::REGISTERED_AT,
        disclosure::DISCLOSED,
        disclosure::RELEASES,
        disclosure::GRANT,
        disclosure::CORRECTIONS,
        disclosure::REACHED,
        accept::REACHED,
        watch::WAITS,
        watch::BLOCKED,
        timeline::RELEASES,
        unsent::BY_ID,
        unsent::OF_PERSON,
        unsent::COUNT,
        unsent::OWNER,
        unsent::OLD,
        attempt::OF_DELIVERY,
        attempt::FORGET_OF_MESSAGE,
        search::MESSAGE,
        search::DELIVERY,
        search::CONVERSATIONS,
        search::OF_CONVERSATION,
        search::REFERENCE,
        search::EXTERNAL,
        search::ITEM,
        search::CAUSES,
        glance::FAILING,
        glance::OLDEST_WAITING,
        views_flow::BY_QUARTER,
        views_flow::OF_RECEIVER,
        views_flow::BY_PAIR,
        flow::OLD,
        glance::ALL_SINCE,
        glance::STATES_SINCE,
    ];
    let mut made = Severity::ALL.map(alert_push::due_question).to_vec();
    made.extend([letter_list::unanswered_of(), letter_list::unanswered_by_party()]);
    for sql in hot.into_iter().chain(made.iter().map(String::as_str)) {
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

/// Returns combinations of filters for a list of messages: every combination of those that choose the index, and each
/// of the others.
pub(crate) fn message_filters() -> impl Iterator<Item = MessageFilter> {
    let first = (0..128_u8).map(|bits| {
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
            code: on(6).then(|| "BL-4002".to_owned()),
            limit: 10,
            ..MessageFilter::default()
        }
    });
    first.flat_map(|filter| {
        let in_time = MessageFilter {
            since: Some(jiff::Timestamp::UNIX_EPOCH),
            until: Some(jiff::Timestamp::UNIX_EPOCH),
            ..filter.clone()
        };
        let newer = MessageFilter {
            after: Some(MessageId(uuid::Uuid::nil())),
            ..in_time.clone()
        };
        let own = MessageFilter {
            only_shown: true,
            ..in_time.clone()
        };
        let is_own = own.party.is_some();
        [filter, in_time, newer].into_iter().chain(is_own.then_some(own))
    })
}

/// Returns every query of a selection.
pub(crate) fn all_questions(filter: &MessageFilter) -> Vec<Question> {
    let named = [MessageId(uuid::Uuid::nil())];
    let mut all = Vec::new();
    for named in [None, Some(&named[..])] {
        all.extend(questions(filter, named));
        for state in [0, 4, 9] {
            all.extend(count_questions(filter, named, state));
        }
    }
    all
}

/// A count bounds its rows in a subquery, which is the only thing that may be scanned.
#[test]
fn an_operators_lists_and_counts_walk_an_index() {
    let conn = empty_store();
    for filter in message_filters() {
        assert!(!questions(&filter, None).is_empty());
        for question in all_questions(&filter) {
            for step in plan(&conn, &question.sql) {
                assert!(
                    !step.contains("SCAN") || step == "SCAN found",
                    "{step}\nin {}",
                    question.sql
                );
            }
        }
    }
}

#[test]
fn the_lists_of_the_log_walk_an_index_and_sort_nothing() {
    let conn = empty_store();
    let questions = audit::all_questions();
    for sql in questions
        .iter()
        .map(|question| question.sql.as_str())
        .chain([audit::TIME_OF])
    {
        for step in plan(&conn, sql) {
            assert!(!step.contains("SCAN") && !step.contains("B-TREE"), "{step}\nin {sql}");
        }
    }
}
