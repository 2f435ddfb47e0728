//! Synthetic data for the pages about messages.

use bindeledd_core::{Category, CategorySet, Kind};
use jiff::SignedDuration;

use super::{Sample, at, frame, nasty, nasty_frame, sample};
use crate::address;
use crate::errors::Errors;
use crate::frame::Section;
use crate::mark::Standing;
use crate::markup::Text;
use crate::view::message::{self, Acts, Answer, Attempt, Coming, Decision, Delivery, Ending, Facts, Way};
use crate::view::messages::{self, Found, Row, What};
use crate::view::query::{Filter, Query, Tab};
use crate::view::way::{Count, Party, Who, Why};
use crate::view::{causes, retry, retry_many, run};

const MESSAGE: &str = "019d2b61-77aa-7c04-9e15-2f608b0d4a11";
const DELIVERY: &str = "019d2b61-77ab-7d10-8a01-5c1e02aa9b07";

fn parties() -> Vec<(String, Text)> {
    [
        "Bakken legesenter",
        "Fjellvik legekontor",
        "Nav Nordvik",
        "Nordvik AFT",
        "Solsiden helse",
    ]
    .map(|name| (name.to_lowercase().replace(' ', "-"), name.into()))
    .to_vec()
}

/// Returns every page about messages with the data of a day.
pub(super) fn day() -> Vec<Sample> {
    let mut pages = lists();
    pages.extend(one_message());
    pages.extend(retries());
    pages.extend(runs());
    pages
}

fn lists() -> Vec<Sample> {
    let day = messages_day();
    let mut waiting = day.clone();
    waiting.query = Query::read([
        ("state", "waiting"),
        ("party", "fjellvik-legekontor"),
        ("time", "today"),
    ]);
    waiting.rows.truncate(3);
    waiting.older = None;
    let mut strange = day.clone();
    strange.query = Query::read([("time", "i-forgårs"), ("party", "ukjent-aktør"), ("before", MESSAGE)]);
    strange.not_understood = vec![Filter::Time, Filter::Party];
    let mut search = day.clone();
    search.query = Query::read([
        ("q", "NAK-2026-0411"),
        ("kind", "question"),
        ("state", "failed"),
        ("since", "2026-10-01"),
    ]);
    search.rows.clear();
    let mut hits = search.clone();
    hits.hits = vec![
        found(What::Reference, MESSAGE),
        found(What::Conversation, "019d2b61-77aa-7c04-9e15-000000000002"),
    ];
    let mut empty = day.clone();
    (empty.query, empty.rows, empty.older) = (Query::default(), Vec::new(), None);
    empty.counts = Tab::ALL.map(|tab| (tab, Count::default())).to_vec();
    let mut causes_none = causes_day();
    causes_none.causes.clear();
    vec![
        sample("messages", day, messages::render),
        sample("messages-waiting", waiting, messages::render),
        sample("messages-strange", strange, messages::render),
        sample("messages-nothing", search, messages::render),
        sample("messages-hits", hits, messages::render),
        sample("messages-empty", empty, messages::render),
        sample("causes", causes_day(), causes::render),
        sample("causes-none", causes_none, causes::render),
    ]
}

fn found(what: What, id: &str) -> Found {
    Found {
        what,
        id: id.into(),
        address: address::message(id),
    }
}

fn row(clock: &str, kind: Kind, [from, to, participant]: [&str; 3], standing: Standing, why: Why) -> Row {
    let can_be_sent_again = !matches!(standing, Standing::Delivered | Standing::AwaitingReceipt);
    Row {
        delivery: format!("d-{clock}"),
        address: address::delivery(MESSAGE, DELIVERY),
        at: at(&format!("2026-10-06T{clock}:00+02:00")),
        kind,
        from: from.into(),
        to: Some(to.into()),
        participant: participant.into(),
        standing,
        why,
        is_withheld: kind == Kind::GoalsAgreed,
        can_be_sent_again,
    }
}

#[expect(clippy::too_many_lines, reason = "one long page of data")]
fn messages_day() -> messages::View {
    let attempts = |made, next: &str| Why::Attempts {
        made,
        next: Some(at(&format!("2026-10-06T{next}:02+02:00"))),
    };
    let (aft, gp, nav) = ("Nordvik AFT", "Fjellvik legekontor", "Nav Nordvik");
    let counts = [412, 3, 21, 8, 6, 2, 1, 0, 3, 371];
    messages::View {
        frame: frame(Section::Messages),
        query: Query::read([("time", "today")]),
        not_understood: Vec::new(),
        parties: parties(),
        counts: Tab::ALL.into_iter().zip(counts.map(Count::exact)).collect(),
        rows: vec![
            row(
                "10:04",
                Kind::StartMeetingSummary,
                [aft, gp, "p-7k3m-q2ra"],
                Standing::Waiting,
                attempts(11, "10:48"),
            ),
            row(
                "09:58",
                Kind::MeetingRequest,
                [aft, gp, "p-2h8d-x4tn"],
                Standing::Waiting,
                attempts(9, "10:47"),
            ),
            row(
                "09:51",
                Kind::Question,
                ["Solsiden helse", gp, "p-9c1v-m7wl"],
                Standing::Waiting,
                Why::Behind,
            ),
            row(
                "09:40",
                Kind::TreatmentStatus,
                ["Solsiden helse", "Havneservice", "p-5r0b-k3sj"],
                Standing::Blocked,
                Why::Cause("BL-2001".into()),
            ),
            row(
                "09:33",
                Kind::ProgressUpdate,
                [aft, nav, "p-7k3m-q2ra"],
                Standing::AwaitingReceipt,
                Why::ReceiptBy(at("2026-10-07T09:33:00+02:00")),
            ),
            row(
                "09:12",
                Kind::Question,
                ["Lyngen Vekst", "Bakken legesenter", "p-4t6y-e1pf"],
                Standing::Delivered,
                Why::AtAttempt(2),
            ),
            row(
                "08:57",
                Kind::FunctionUpdate,
                [gp, aft, "p-2h8d-x4tn"],
                Standing::Delivered,
                Why::Nothing,
            ),
            row(
                "08:41",
                Kind::MeasureEndProposed,
                [aft, nav, "p-0w5n-z8ud"],
                Standing::Refused,
                Why::Cause("BL-4004".into()),
            ),
            row(
                "08:30",
                Kind::GoalsAgreed,
                [aft, "Fontenehuset Nordvik", "p-7k3m-q2ra"],
                Standing::Delivered,
                Why::Nothing,
            ),
            row(
                "08:12",
                Kind::Answer,
                [gp, aft, "p-9c1v-m7wl"],
                Standing::Cancelled,
                Why::Cause("BL-4005".into()),
            ),
        ],
        older: Some(MESSAGE.to_owned()),
        newest: Some("0199b4c0-0000-7000-8000-000000000001".to_owned()),
        newer: 4,
        hits: Vec::new(),
        may_retry: true,
        by_number: Some(address::FIND_PERSON.to_owned()),
    }
}

fn causes_day() -> causes::View {
    let receiver = |name: &str, n, waiting| causes::Receiver {
        to: Some(name.into()),
        party: Some(name.to_lowercase().replace(' ', "-")),
        n,
        waiting,
    };
    let cause = |code: &str, receivers: Vec<causes::Receiver>, newest: &str| causes::Cause {
        code: code.into(),
        receivers,
        newest_at: at(newest),
    };
    causes::View {
        frame: frame(Section::Messages),
        query: Query::read([("time", "7d")]),
        not_understood: Vec::new(),
        parties: parties(),
        causes: vec![
            cause(
                "BL-4002",
                vec![
                    receiver("Fjellvik legekontor", 14, 14),
                    receiver("Bakken legesenter", 2, 0),
                ],
                "2026-10-06T10:38:02+02:00",
            ),
            cause(
                "BL-2001",
                vec![receiver("Havneservice", 6, 0)],
                "2026-10-06T09:40:00+02:00",
            ),
            cause(
                "BL-4004",
                vec![receiver("Nav Nordvik", 2, 0)],
                "2026-10-05T08:41:00+02:00",
            ),
            cause(
                "BL-4002",
                vec![causes::Receiver {
                    to: None,
                    party: None,
                    n: 1,
                    waiting: 0,
                }],
                "2026-10-02T08:41:00+02:00",
            ),
        ],
    }
}

fn delivery(to: &str, standing: Standing, why: Why, withheld: CategorySet) -> Delivery {
    Delivery {
        to: Some(Party {
            name: to.into(),
            address: Some(address::party("p")),
        }),
        address: address::delivery(MESSAGE, DELIVERY),
        standing,
        code: None,
        why,
        withheld,
    }
}

fn attempt(number: u32, clock: &str, answer: Answer) -> Attempt {
    Attempt {
        number,
        at: at(&format!("2026-10-06T{clock}+02:00")),
        took: Some(SignedDuration::from_millis(if number == 11 { 2100 } else { 200 })),
        answer,
        is_well: matches!(answer, Answer::Status(200..=299) | Answer::Fetched),
        code: (!matches!(answer, Answer::Status(200..=299))).then(|| "BL-4002".into()),
        adapter: Some("gp-dialogmelding@0.9.2".into()),
    }
}

/// The message of the mock-up: eleven attempts, one after the other, with the same answer.
#[expect(clippy::too_many_lines, reason = "one long page of data")]
pub(crate) fn message_day() -> message::View {
    let categories = CategorySet::of(&[Category::Goals, Category::Facilitation, Category::Meeting]);
    let clocks = [
        "10:04:12.290",
        "10:04:13",
        "10:04:15",
        "10:04:20",
        "10:04:31",
        "10:04:55",
        "10:05:40",
        "10:07:12",
        "10:10:31",
        "10:18:02",
        "10:38:02",
    ];
    message::View {
        frame: frame(Section::Messages),
        kind: Kind::StartMeetingSummary,
        from: Party {
            name: "Nordvik AFT".into(),
            address: Some(address::party("nordvik-aft")),
        },
        accepted_at: at("2026-10-06T10:04:12.031+02:00"),
        deliveries: vec![
            Delivery {
                code: Some("BL-4002".into()),
                ..delivery(
                    "Fjellvik legekontor",
                    Standing::Waiting,
                    Why::Attempts {
                        made: 11,
                        next: Some(at("2026-10-06T10:48:02+02:00")),
                    },
                    CategorySet::EMPTY,
                )
            },
            delivery(
                "Nav Nordvik",
                Standing::Delivered,
                Why::AtAttempt(2),
                CategorySet::EMPTY,
            ),
            delivery(
                "Fontenehuset Nordvik",
                Standing::Delivered,
                Why::Nothing,
                CategorySet::of(&[Category::Facilitation]),
            ),
        ],
        shown: 0,
        way: Way {
            read_by: Some("provider-json@1.4.0".into()),
            decisions: vec![Decision {
                at: at("2026-10-06T10:04:12.058+02:00"),
                categories,
                grants: vec![(
                    "c-41f0 v2, tillatelse 2".into(),
                    Some(address::participant("p-7k3m-q2ra")),
                )],
            }],
            attempts: (1..)
                .zip(clocks)
                .map(|(n, clock)| attempt(n, clock, Answer::Status(503)))
                .collect(),
            receipt_at: None,
            ended: None,
            coming: Coming::Attempt {
                at: at("2026-10-06T10:48:02+02:00"),
                ends_at: at("2026-10-20T10:04:12+02:00"),
            },
        },
        acts: Acts {
            retry: Some(address::delivery_retry(MESSAGE, DELIVERY)),
            cancel: Some(address::delivery_cancel(MESSAGE, DELIVERY)),
        },
        facts: Facts {
            participant: ("p-7k3m-q2ra".into(), Some(address::participant("p-7k3m-q2ra"))),
            message: MESSAGE.into(),
            delivery: DELIVERY.into(),
            reference: Some("NAK-2026-0411".into()),
            conversation: Some("/console/messages?q=019d2b61-77aa-7c04-9e15-2f608b0d4a12".to_owned()),
            receivers_id: Some("5c1e02aa-77aa-7c04-9e15-00000000009b07".into()),
            answers: None,
            corrects: None,
            corrected_by: Vec::new(),
        },
        back: address::MESSAGES.to_owned(),
        previous: Some(address::message("019d2b61-0000-7c04-9e15-2f608b0d4a11")),
        next: Some(address::message("019d2b61-1111-7c04-9e15-2f608b0d4a11")),
        ask: None,
    }
}

/// Returns the message in another state, without attempts or acts.
fn message_in(standing: Standing, code: Option<&str>, coming: Coming, ended: Option<Ending>) -> message::View {
    let mut view = message_day();
    view.deliveries.truncate(1);
    view.deliveries[0].standing = standing;
    view.deliveries[0].code = code.map(Into::into);
    view.deliveries[0].why = code.map_or(Why::Nothing, |code| Why::Cause(code.into()));
    view.way.attempts.clear();
    view.way.coming = coming;
    view.way.ended = ended.map(|ending| (ending, at("2026-10-06T10:05:00+02:00")));
    view.acts = Acts::default();
    view
}

fn one_message() -> Vec<Sample> {
    let ends_at = at("2026-10-20T10:04:12+02:00");
    let nothing = Coming::Nothing;
    let mut blocked = message_in(Standing::Blocked, Some("BL-2003"), nothing, Some(Ending::Blocked));
    blocked.way.decisions.clear();
    blocked.acts.retry = Some(address::delivery_retry(MESSAGE, DELIVERY));
    let mut delivered = message_in(Standing::Delivered, None, nothing, Some(Ending::Delivered));
    delivered.way.attempts = vec![
        attempt(1, "10:04:12.290", Answer::NoConnection),
        attempt(2, "10:04:13", Answer::NoConnection),
        attempt(3, "10:04:55", Answer::Status(200)),
    ];
    delivered.way.receipt_at = Some(at("2026-10-06T10:05:00+02:00"));
    delivered.facts.answers = Some(("019d2b61-2222-7c04-9e15-2f608b0d4a11".into(), address::message("x")));
    delivered.facts.corrected_by = vec![("019d2b61-3333-7c04-9e15-2f608b0d4a11".into(), address::message("y"))];
    let mut refused = message_in(Standing::Refused, Some("BL-4004"), nothing, Some(Ending::Refused));
    refused.way.attempts = vec![Attempt {
        code: Some("BL-4004".into()),
        is_well: false,
        ..attempt(1, "10:04:12.290", Answer::Status(422))
    }];
    let mut behind = message_in(Standing::Waiting, None, Coming::Behind { ends_at }, None);
    behind.deliveries[0].why = Why::Behind;
    behind.way.decisions.clear();
    behind.ask = Some("/console/messages/x/open".to_owned());
    let receipt = Coming::Receipt {
        by: at("2026-10-07T10:04:12+02:00"),
    };
    vec![
        sample("message", message_day(), message::render),
        sample("message-blocked", blocked, message::render),
        sample("message-delivered", delivered, message::render),
        sample("message-refused", refused, message::render),
        sample("message-behind", behind, message::render),
        sample(
            "message-held",
            message_in(Standing::Waiting, None, Coming::Held { ends_at }, None),
            message::render,
        ),
        sample(
            "message-receipt",
            message_in(Standing::AwaitingReceipt, None, receipt, None),
            message::render,
        ),
        sample(
            "message-withdrawn",
            message_in(Standing::Withdrawn, Some("BL-2003"), nothing, Some(Ending::Withdrawn)),
            message::render,
        ),
    ]
}

fn retry_one() -> retry::View {
    retry::View {
        frame: frame(Section::Messages),
        act: retry::Act::Retry,
        kind: Kind::StartMeetingSummary,
        from: "Nordvik AFT".into(),
        to: Some("Fjellvik legekontor".into()),
        accepted_at: at("2026-10-06T10:04:12+02:00"),
        standing: Standing::Waiting,
        fate: retry::Fate::Goes,
        seen: "waiting 1791275892".to_owned(),
        reason: "Legekontoret er oppe igjen".to_owned(),
        errors: Errors::none(),
        action: address::delivery_retry(MESSAGE, DELIVERY),
        back: address::delivery(MESSAGE, DELIVERY),
        first: None,
    }
}

fn item(kind: Kind, clock: &str) -> retry_many::Item {
    retry_many::Item {
        address: address::delivery(MESSAGE, DELIVERY),
        kind,
        to: Some("Fjellvik legekontor".into()),
        at: at(&format!("2026-10-06T{clock}:00+02:00")),
    }
}

fn many() -> retry_many::View {
    let group = |fate, n, kinds: &[Kind]| retry_many::Group {
        fate,
        n,
        items: kinds.iter().map(|kind| item(*kind, "09:58")).collect(),
    };
    retry_many::View {
        frame: frame(Section::Messages),
        query: Query::read([("state", "waiting"), ("party", "fjellvik-legekontor")]),
        chosen: vec!["d-1".to_owned()],
        parties: parties(),
        to: Some("Fjellvik legekontor".into()),
        token: "t1".to_owned(),
        until: at("2026-10-06T10:52:07+02:00"),
        groups: vec![
            group(
                retry_many::Fate::Goes,
                11,
                &[Kind::StartMeetingSummary, Kind::MeetingRequest],
            ),
            group(
                retry_many::Fate::Blocked("BL-2003".into()),
                2,
                &[Kind::Question, Kind::Question],
            ),
            group(retry_many::Fate::TooLate, 1, &[Kind::MeetingRequest]),
        ],
        is_more: false,
        is_renewed: false,
        reason: "Legekontoret er oppe igjen etter feil på linjen".to_owned(),
        is_one_first: true,
        count: String::new(),
        errors: Errors::none(),
        back: "/console/messages?state=waiting".to_owned(),
    }
}

fn retries() -> Vec<Sample> {
    let wrong = retry::View {
        reason: String::new(),
        errors: Errors::none().and("reason", "Skriv hvorfor, for eksempel: legekontoret er oppe igjen."),
        ..retry_one()
    };
    let first = retry::View {
        standing: Standing::BeingSent,
        first: Some(retry::First {
            who: Some(Who::Person("Rolig Sti".into())),
            at: at("2026-10-06T10:41:02+02:00"),
        }),
        ..retry_one()
    };
    let blocked = retry::View {
        standing: Standing::Blocked,
        fate: retry::Fate::Blocked("BL-2003".into()),
        ..retry_one()
    };
    let cancel = retry::View {
        act: retry::Act::Cancel,
        action: address::delivery_cancel(MESSAGE, DELIVERY),
        reason: String::new(),
        ..retry_one()
    };
    let mut miscounted = many();
    (miscounted.count, miscounted.is_renewed, miscounted.is_more) = ("12".to_owned(), true, true);
    miscounted.errors = Errors::none().and("count", "Du skrev 12, men 11 sendes. Skriv 11.");
    let mut none_goes = many();
    none_goes.groups.remove(0);
    none_goes.to = None;
    let mut nothing = many();
    nothing.groups.clear();
    vec![
        sample("retry", retry_one(), retry::render),
        sample("retry-wrong", wrong, retry::render),
        sample("retry-first", first, retry::render),
        sample("retry-blocked", blocked, retry::render),
        sample("retry-cancel", cancel, retry::render),
        sample("retry-many", many(), retry_many::render),
        sample("retry-many-wrong", miscounted, retry_many::render),
        sample("retry-many-blocked", none_goes, retry_many::render),
        sample("retry-many-nothing", nothing, retry_many::render),
    ]
}

fn run_day() -> run::View {
    run::View {
        frame: frame(Section::Messages),
        id: "019d2b61-9999-7c04-9e15-2f608b0d4a11".to_owned(),
        by: Who::Person("Klar Vind".into()),
        reason: "Legekontoret er oppe igjen etter feil på linjen".into(),
        began_at: at("2026-10-06T10:41:00+02:00"),
        total: 11,
        done: 6,
        changed: vec![item(Kind::Question, "09:51")],
        failed: Vec::new(),
        left: 4,
        status: run::Status::Running,
        may_stop: true,
    }
}

fn runs() -> Vec<Sample> {
    let with = |status, done, left| run::View {
        status,
        done,
        left,
        changed: Vec::new(),
        ..run_day()
    };
    vec![
        sample("run", run_day(), run::render),
        sample("run-first", with(run::Status::WaitsForFirst, 1, 10), run::render),
        sample("run-done", with(run::Status::Done, 11, 0), run::render),
        sample("run-first-failed", with(run::Status::FirstFailed, 1, 10), run::render),
        sample(
            "run-stopped",
            with(run::Status::Stopped { by: Who::Key }, 6, 5),
            run::render,
        ),
        sample("run-interrupted", with(run::Status::Interrupted, 6, 5), run::render),
    ]
}

/// Returns every page about messages with nasty data in every field.
pub(super) fn nasty_pages() -> Vec<Sample> {
    let text = || Text::new(&nasty());
    let mut list = messages_day();
    list.frame = nasty_frame(Section::Messages);
    for filter in Filter::ALL {
        list.query.set(filter, &nasty());
    }
    list.not_understood = Filter::ALL.to_vec();
    list.parties = vec![(nasty(), text())];
    list.hits = vec![Found {
        what: What::Reference,
        id: text(),
        address: nasty(),
    }];
    for row in &mut list.rows {
        (row.from, row.to, row.participant) = (text(), Some(text()), text());
        (row.delivery, row.address, row.why) = (nasty(), nasty(), Why::Cause(text()));
    }
    let mut nothing = list.clone();
    nothing.rows.clear();
    let mut causes = causes_day();
    causes.frame = nasty_frame(Section::Messages);
    causes.query = list.query.clone();
    causes.not_understood = Filter::ALL.to_vec();
    for cause in &mut causes.causes {
        cause.code = text();
        cause.receivers[0].to = Some(text());
        cause.receivers[0].party = Some(nasty());
    }
    vec![
        sample("messages", list, messages::render),
        sample("messages-nothing", nothing, messages::render),
        sample("causes", causes, causes::render),
        sample("message", nasty_message(), message::render),
        sample("retry", nasty_retry(), retry::render),
        sample("retry-many", nasty_many(), retry_many::render),
        sample("run", nasty_run(), run::render),
    ]
}

fn nasty_message() -> message::View {
    let text = || Text::new(&nasty());
    let mut view = message_day();
    view.frame = nasty_frame(Section::Messages);
    view.from.name = text();
    for delivery in &mut view.deliveries {
        delivery.to = Some(Party {
            name: text(),
            address: Some(nasty()),
        });
        (delivery.address, delivery.code, delivery.why) = (nasty(), Some(text()), Why::Cause(text()));
    }
    view.way.read_by = Some(text());
    view.way.decisions[0].grants = vec![(text(), Some(nasty())), (text(), None)];
    for attempt in &mut view.way.attempts {
        (attempt.code, attempt.adapter) = (Some(text()), Some(text()));
    }
    let link = || (text(), nasty());
    view.facts = Facts {
        participant: (text(), Some(nasty())),
        message: text(),
        delivery: text(),
        reference: Some(text()),
        conversation: Some(nasty()),
        receivers_id: Some(text()),
        answers: Some(link()),
        corrects: Some(link()),
        corrected_by: vec![link()],
    };
    (view.back, view.previous, view.next, view.ask) = (nasty(), Some(nasty()), Some(nasty()), Some(nasty()));
    view
}

fn nasty_retry() -> retry::View {
    let text = || Text::new(&nasty());
    retry::View {
        frame: nasty_frame(Section::Messages),
        from: text(),
        to: Some(text()),
        seen: nasty(),
        reason: nasty(),
        errors: Errors::none().and("reason", nasty()),
        action: nasty(),
        back: nasty(),
        ..retry_one()
    }
}

fn nasty_many() -> retry_many::View {
    let text = || Text::new(&nasty());
    let mut view = many();
    view.frame = nasty_frame(Section::Messages);
    for filter in Filter::ALL {
        view.query.set(filter, &nasty());
    }
    (view.to, view.token, view.reason, view.count) = (Some(text()), nasty(), nasty(), nasty());
    view.errors = Errors::none().and("reason", nasty()).and("count", nasty());
    view.groups[1].fate = retry_many::Fate::Blocked(text());
    view.groups[0].items[0].to = Some(text());
    view.groups[0].items[0].address = nasty();
    view.back = nasty();
    view.chosen = vec![nasty()];
    view
}

fn nasty_run() -> run::View {
    let text = || Text::new(&nasty());
    let mut view = run_day();
    view.frame = nasty_frame(Section::Messages);
    (view.id, view.by, view.reason) = (nasty(), Who::Person(text()), text());
    view.changed[0].to = Some(text());
    view.changed[0].address = nasty();
    view.status = run::Status::Stopped { by: Who::Party(text()) };
    view
}
