//! Samples of the pages about break-glass.

use bindeledd_core::opening::{NotDecided, OpeningState};
use bindeledd_core::{AccountId, Category, CategorySet, Kind};

use super::{Sample, at, frame, mailbox_frame, nasty, nasty_frame, sample};
use crate::errors::Errors;
use crate::frame::Section;
use crate::markup::Text;
use crate::view::{opened, opening, opening_ask, openings};

const ID: &str = "0197a3c2-0000-4000-8000-000000000001";

fn second() -> AccountId {
    AccountId::parse("0197a3c2-0000-4000-8000-000000000002").unwrap()
}

fn asked() -> OpeningState {
    OpeningState::Asked {
        until: at("2026-10-07T10:30:00+02:00"),
    }
}

fn approved() -> OpeningState {
    OpeningState::Approved {
        by: second(),
        at: at("2026-10-06T10:40:00+02:00"),
        until: at("2026-10-06T11:40:00+02:00"),
    }
}

fn row(state: OpeningState, who: Option<&str>) -> openings::Row {
    openings::Row {
        id: ID.into(),
        state,
        who: who.map(Into::into),
        sender: "Nordvik AFT".into(),
        asked_at: at("2026-10-06T10:30:00+02:00"),
        reason: "mottakeren avviser teksten, sak 2026/17".into(),
    }
}

fn list() -> openings::View {
    let refused = OpeningState::Refused {
        by: second(),
        at: at("2026-10-05T12:00:00+02:00"),
    };
    openings::View {
        frame: frame(Section::Messages),
        rows: vec![
            row(asked(), Some("Ola Sørensen")),
            row(approved(), None),
            row(refused, Some("Siv Eira")),
        ],
        is_on: true,
    }
}

fn one(state: OpeningState, who: Option<&str>) -> opening::View {
    opening::View {
        frame: frame(Section::Messages),
        id: ID.into(),
        state,
        who: who.map(Into::into),
        second: None,
        sender: "Nordvik AFT".into(),
        message: Some("/console/messages/0197a3c2-0000-7000-8000-000000000001".into()),
        asked_at: at("2026-10-06T10:30:00+02:00"),
        reason: "mottakeren avviser teksten, sak 2026/17".into(),
        may_answer: who.is_some(),
        not_yours: None,
    }
}

fn ask() -> opening_ask::View {
    opening_ask::View {
        frame: frame(Section::Messages),
        kind: Kind::ProgressUpdate,
        sender: "Nordvik AFT".into(),
        reason: String::new(),
        errors: Errors::none(),
        action: "/console/messages/0197a3c2-0000-7000-8000-000000000001/open".into(),
        back: "/console/messages/0197a3c2-0000-7000-8000-000000000001".into(),
    }
}

fn content() -> opened::View {
    opened::View {
        frame: frame(Section::Messages),
        id: ID.into(),
        until: at("2026-10-06T10:55:00+02:00"),
        audit_row: 4711,
        parts: vec![opened::Part {
            to: "Fjellvik legekontor".into(),
            lines: vec![
                "Fremdrift".into(),
                "Status: deltar".into(),
                "Aktivitet: lagerpraksis".into(),
            ],
            withheld: CategorySet::of(&[Category::Goals]),
        }],
    }
}

pub(super) fn day() -> Vec<Sample> {
    let mut off = list();
    (off.rows, off.is_on) = (Vec::new(), false);
    let mut wrong = ask();
    wrong.errors = Errors::none().and("reason", "Skriv hvorfor.");
    let mut young = one(asked(), Some("Ola Sørensen"));
    young.not_yours = Some(NotDecided::Young);
    let mut ready = one(approved(), None);
    ready.second = Some("Siv Eira".into());
    let over = OpeningState::Ended {
        at: at("2026-10-06T10:41:00+02:00"),
    };
    let mut mailbox = list();
    mailbox.frame = mailbox_frame(Section::Messages);
    mailbox.frame.openings = Some(2);
    vec![
        sample("openings", list(), openings::render),
        sample("openings-mailbox", mailbox, openings::render),
        sample("openings-off", off, openings::render),
        sample("opening-asked", one(asked(), Some("Ola Sørensen")), opening::render),
        sample("opening-not-yours", young, opening::render),
        sample("opening-ready", ready, opening::render),
        sample("opening-over", one(over, None), opening::render),
        sample("opening-ask", ask(), opening_ask::render),
        sample("opening-ask-wrong", wrong, opening_ask::render),
        sample("opened", content(), opened::render),
    ]
}

pub(super) fn nasty_pages() -> Vec<Sample> {
    let text = || Text::new(&nasty());
    let mut all = list();
    all.frame = nasty_frame(Section::Messages);
    for row in &mut all.rows {
        (row.id, row.who, row.sender, row.reason) = (nasty(), Some(text()), text(), text());
    }
    let mut request = one(asked(), Some("x"));
    request.frame = nasty_frame(Section::Messages);
    (request.id, request.who, request.second) = (nasty(), Some(text()), Some(text()));
    (request.sender, request.reason, request.message) = (text(), text(), Some(nasty()));
    let mut form = ask();
    form.frame = nasty_frame(Section::Messages);
    (form.sender, form.reason, form.action, form.back) = (text(), nasty(), nasty(), nasty());
    let mut shown = content();
    shown.frame = nasty_frame(Section::Messages);
    shown.id = nasty();
    shown.parts[0].to = text();
    shown.parts[0].lines = vec![text(), text()];
    vec![
        sample("openings", all, openings::render),
        sample("opening", request, opening::render),
        sample("opening-ask", form, opening_ask::render),
        sample("opened", shown, opened::render),
    ]
}
