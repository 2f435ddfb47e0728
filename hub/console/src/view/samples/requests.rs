//! Samples of the questions of a mailbox that participants answer on their own pages.

use bindeledd_core::{Category, CategorySet};

use super::own_consents::{ID, draft, nasty_draft, nasty_page, page, set, whom};
use super::{Sample, at, nasty, sample};
use crate::errors::Errors;
use crate::lang::Lang;
use crate::markup::Text;
use crate::view::request::{Request, Seen, State, View, render};
use crate::view::request_send;
use crate::view::whom::Whom;

fn states() -> [State; 6] {
    let then = at("2026-10-05T14:00:00+02:00");
    [
        State::Waits(at("2026-11-05T10:00:00+01:00")),
        State::Yes(then),
        State::Part(then),
        State::No(then),
        State::Withdrawn(then),
        State::Expired(then),
    ]
}

/// Returns a question in each state.
pub(super) fn list() -> Vec<Request> {
    let names = [Some("Snill Tester"), Some("Lys Morgen"), None, None, None, None];
    let all = states().into_iter().zip(names);
    all.map(|(state, name)| Request {
        id: ID.to_owned(),
        whom: whom(name, 2),
        state,
    })
    .collect()
}

fn one(state: State) -> View {
    let asked = vec![
        (
            "Nordvik AFT".into(),
            "Fjellvik legekontor".into(),
            set(&[Category::Progress, Category::Goals]),
        ),
        (
            "Fjellvik legekontor".into(),
            "Nordvik AFT".into(),
            set(&[Category::Meeting]),
        ),
    ];
    let given = match state {
        State::Yes(_) => asked.clone(),
        State::Part(_) => vec![(
            "Nordvik AFT".into(),
            "Fjellvik legekontor".into(),
            set(&[Category::Goals]),
        )],
        State::Waits(_) | State::No(_) | State::Withdrawn(_) | State::Expired(_) => Vec::new(),
    };
    View {
        frame: page(),
        request: Request {
            id: ID.to_owned(),
            whom: whom(Some("Snill Tester"), 2),
            state,
        },
        sent_by: "Blid Måke".into(),
        sent_at: at("2026-10-05T12:00:00+02:00"),
        seen: Some(Seen { asked, given }),
    }
}

fn send() -> request_send::View {
    request_send::View {
        frame: page(),
        draft: draft(),
        participants: vec![("0197a3c2-0000-4000-8000-0000000000b1".to_owned(), "Snill Tester".into())],
        who: "new".to_owned(),
        days: 30,
        errors: Errors::none(),
    }
}

pub(super) fn day() -> Vec<Sample> {
    let names = ["waits", "yes", "part", "no", "withdrawn", "expired"];
    let mut pages: Vec<Sample> = states()
        .into_iter()
        .zip(names)
        .map(|(state, name)| sample(&format!("request-{name}"), one(state), render))
        .collect();
    let mut not_yours = one(states()[0]);
    not_yours.seen = None;
    pages.push(sample("request-not-yours", not_yours, render));
    pages.push(sample("request-send", send(), request_send::render));
    let mut wrong = send();
    wrong.errors = [
        request_send::Wrong::Whom,
        request_send::Wrong::Days,
        request_send::Wrong::TooMany,
        request_send::Wrong::Taken,
    ]
    .into_iter()
    .fold(
        Errors::none().and("number", "Dette er ikke et fødselsnummer."),
        |errors, fault| request_send::wrong(errors, fault, Lang::Bokmal),
    );
    pages.push(sample("request-send-wrong", wrong, request_send::render));
    pages
}

pub(super) fn nasty_pages() -> Vec<Sample> {
    let text = || Text::new(&nasty());
    let mut view = one(states()[2]);
    view.frame = nasty_page();
    view.request = nasty_request();
    view.sent_by = text();
    let all = vec![(text(), text(), CategorySet::EMPTY)];
    view.seen = Some(Seen {
        asked: all.clone(),
        given: all,
    });
    let mut form = send();
    (form.frame, form.draft, form.who) = (nasty_page(), nasty_draft(), nasty());
    form.participants = vec![(nasty(), text())];
    form.errors = Errors::none().and("who", nasty()).and("number", nasty());
    vec![
        sample("request", view, render),
        sample("request-send", form, request_send::render),
    ]
}

/// Returns a question in which everything from outside is nasty.
pub(super) fn nasty_request() -> Request {
    Request {
        id: nasty(),
        whom: Whom {
            name: Some(Text::new(&nasty())),
            pseudonym: nasty(),
        },
        state: states()[0],
    }
}
