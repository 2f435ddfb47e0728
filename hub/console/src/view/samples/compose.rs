//! Samples of the pages on which a person of a mailbox writes a message.

use bindeledd_core::compose::{FieldFault, Gets, Typed, Wrong, fields, so_far};
use bindeledd_core::guard::What;
use bindeledd_core::{Category, CategorySet, Kind, prose};

use super::{Sample, at, mailbox_frame, nasty, nasty_frame, sample};
use crate::errors::Errors;
use crate::frame::{Frame, Section};
use crate::lang::Lang;
use crate::mark::Standing;
use crate::markup::Text;
use crate::view::{compose, compose_choose, compose_review, compose_sent, drafts};

const ID: &str = "0197a3c2-0000-4000-8000-0000000000a1";
const PERSON: &str = "0197a3c2-0000-4000-8000-0000000000b1";

fn page() -> Frame {
    mailbox_frame(Section::New)
}

fn of(kind: Kind) -> compose::Of {
    compose::Of {
        id: ID.to_owned(),
        participant: PERSON.to_owned(),
        whom: "Snill Tester".into(),
        kind,
        instead_of: None,
    }
}

fn receivers() -> Vec<compose::Receiver> {
    let receiver = |id: &str, name: &str, granted: &[Category], gets| compose::Receiver {
        id: id.to_owned(),
        name: name.into(),
        granted: CategorySet::of(granted),
        gets,
        is_chosen: true,
    };
    vec![
        receiver("nordvik-aft", "Nordvik AFT", &[Category::Progress], Gets::Everything),
        receiver(
            "nav-nordvik",
            "Nav Nordvik",
            &[Category::Goals, Category::Meeting],
            Gets::Without(vec!["Tilpasninger"]),
        ),
        receiver("fjellvik", "Fjellvik legekontor", &[Category::Meeting], Gets::Nothing),
    ]
}

fn typed() -> Typed {
    Typed::of([
        ("f.status", "DELTAR"),
        ("f.daysPerWeek", "2,5"),
        ("f.attendancePercent", "85"),
        (
            "f.activity",
            "Kjøkkengruppa tirsdag og torsdag.\nHar fått ansvar for handlelista.",
        ),
        ("f.concern", "Sliten på fredager."),
        ("f.needs.0.area", "hours"),
        ("f.needs.0.need", "Kortere dager"),
        ("f.goals.0", "Fast jobb"),
        ("f.about.progress", "yes"),
        ("f.text", "Hvordan går det på kjøkkenet?"),
        ("f.proposedTimes.0.start", "2026-10-12T09:00"),
    ])
}

fn said(kind: Kind, typed: &Typed) -> Vec<compose::Said> {
    let fields = so_far(kind, typed)
        .iter()
        .flat_map(prose::body_fields)
        .collect::<Vec<_>>();
    let said = |(label, text): (&'static str, String)| compose::Said {
        label,
        lines: text.lines().map(Text::new).collect(),
    };
    fields.into_iter().map(said).collect()
}

fn form(kind: Kind) -> compose::View {
    compose::View {
        frame: page(),
        of: of(kind),
        fields: fields(kind, &typed(), 0),
        receivers: receivers(),
        typed: typed(),
        said: said(kind, &typed()),
        from: "Blid Måke, Fontenehuset Nordvik".into(),
        marks: Vec::new(),
        errors: Errors::none(),
    }
}

fn choice() -> compose_choose::View {
    compose_choose::View {
        frame: page(),
        participants: vec![
            (PERSON.to_owned(), "Snill Tester".into()),
            ("0197a3c2-0000-4000-8000-0000000000b2".to_owned(), "Rolig Bjørk".into()),
        ],
        participant: PERSON.to_owned(),
        usual: vec![
            Kind::ProgressUpdate,
            Kind::FacilitationNeed,
            Kind::MeetingRequest,
            Kind::Question,
        ],
        others: vec![Kind::StartMeeting, Kind::FunctionUpdate],
        kind: None,
        is_not_now: false,
        errors: Errors::none(),
    }
}

fn review() -> compose_review::View {
    let receiver = |id: &str, name: &str, withheld| compose_review::Receiver {
        id: id.to_owned(),
        name: name.into(),
        withheld,
    };
    compose_review::View {
        frame: page(),
        of: of(Kind::ProgressUpdate),
        typed: typed(),
        lines: vec![
            "Status: Deltar".into(),
            "Dager i uken: 2,5 dager".into(),
            "Aktivitet: Kjøkkengruppa tirsdag og torsdag.".into(),
        ],
        from: "Blid Måke, Fontenehuset Nordvik".into(),
        receivers: vec![
            receiver("nordvik-aft", "Nordvik AFT", CategorySet::EMPTY),
            receiver("nav-nordvik", "Nav Nordvik", CategorySet::of(&[Category::Goals])),
        ],
        found: Vec::new(),
        is_taken: true,
    }
}

fn receipt() -> compose_sent::View {
    let delivery = |to: &str, standing, withheld| compose_sent::Delivery {
        to: to.into(),
        standing,
        changed_at: at("2026-10-06T10:42:00+02:00"),
        withheld,
    };
    compose_sent::View {
        frame: page(),
        kind: Kind::ProgressUpdate,
        whom: "Snill Tester".into(),
        at: at("2026-10-06T10:41:00+02:00"),
        here: format!("/mailbox/sent/{ID}"),
        deliveries: vec![
            delivery("Nordvik AFT", Standing::Delivered, CategorySet::EMPTY),
            delivery("Nav Nordvik", Standing::Waiting, CategorySet::of(&[Category::Goals])),
        ],
    }
}

fn begun() -> drafts::View {
    let row = |id: &str, kind, saved_at: &str| drafts::Row {
        id: id.to_owned(),
        kind,
        whom: "Snill Tester".into(),
        saved_at: at(saved_at),
    };
    drafts::View {
        frame: page(),
        rows: vec![
            row(ID, Kind::ProgressUpdate, "2026-10-06T10:41:00+02:00"),
            row(
                "0197a3c2-0000-4000-8000-0000000000a2",
                Kind::Question,
                "2026-10-02T10:41:00+02:00",
            ),
        ],
    }
}

/// The form with a fault in each sort of input.
fn wrong(lang: Lang) -> compose::View {
    let wrong = |name: &str, fault| Wrong {
        name: name.to_owned(),
        fault,
    };
    let faults = vec![
        wrong("f.status", FieldFault::Missing),
        wrong("f.attendancePercent", FieldFault::NoWhole(0, 100)),
        wrong("f.daysPerWeek", FieldFault::NoDecimal(0.0, 7.0)),
        wrong("f.changedFrom", FieldFault::NoDay),
        wrong("f.activity", FieldFault::TooLong(2000)),
        wrong("f.concern", FieldFault::Hidden),
    ];
    let mut view = form(Kind::ProgressUpdate);
    view.errors = compose::errors(compose::no_receiver(lang), faults, lang);
    view
}

/// The form with what the guard marks, in texts and in a row of a list.
pub(crate) fn marked() -> compose::View {
    let mut view = form(Kind::FacilitationNeed);
    view.marks = vec![
        ("f.needs.1.need".to_owned(), What::DiagnosisCode),
        ("f.needs.1.need".to_owned(), What::IdentityNumber),
    ];
    view
}

pub(super) fn day() -> Vec<Sample> {
    let mut pages = vec![sample("compose-choose", choice(), compose_choose::render)];
    let mut none = choice();
    none.participants.clear();
    pages.push(sample("compose-choose-nobody", none, compose_choose::render));
    let mut not_now = choice();
    (not_now.is_not_now, not_now.participant) = (true, String::new());
    pages.push(sample("compose-choose-not-now", not_now, compose_choose::render));
    for kind in [
        Kind::ProgressUpdate,
        Kind::FacilitationNeed,
        Kind::GoalsAgreed,
        Kind::MeetingRequest,
        Kind::Question,
        Kind::MeasureEnded,
    ] {
        pages.push(sample(&format!("compose-{}", kind.code()), form(kind), compose::render));
    }
    let faulty: Box<dyn Fn(Lang) -> String> = Box::new(|lang| compose::render(&wrong(lang), lang));
    pages.push(("compose-wrong".to_owned(), faulty));
    pages.push(sample("compose-marked", marked(), compose::render));
    pages.push(sample("compose-review", review(), compose_review::render));
    let mut flagged = review();
    flagged.found = vec![("Bekymring", What::DiagnosisCode), ("Aktivitet", What::IdentityNumber)];
    pages.push(sample(
        "compose-review-flagged",
        flagged.clone(),
        compose_review::render,
    ));
    flagged.is_taken = false;
    pages.push(sample("compose-review-stopped", flagged, compose_review::render));
    pages.push(sample("compose-sent", receipt(), compose_sent::render));
    pages.push(sample("drafts", begun(), drafts::render));
    let mut no_drafts = begun();
    no_drafts.rows.clear();
    pages.push(sample("drafts-none", no_drafts, drafts::render));
    pages
}

pub(super) fn nasty_pages() -> Vec<Sample> {
    let text = || Text::new(&nasty());
    let nasty_of = || compose::Of {
        id: nasty(),
        participant: nasty(),
        whom: text(),
        kind: Kind::ProgressUpdate,
        instead_of: Some(nasty()),
    };
    let bad: String = nasty().replace('\u{202e}', "").chars().take(300).collect();
    let typed = Typed::of([
        ("f.status", bad.as_str()),
        ("f.daysPerWeek", bad.as_str()),
        ("f.changedFrom", bad.as_str()),
        ("f.activity", bad.as_str()),
        ("f.workplace", bad.as_str()),
        ("f.\"><script>", bad.as_str()),
    ]);
    let mut written = form(Kind::ProgressUpdate);
    (written.frame, written.of, written.typed) = (nasty_frame(Section::New), nasty_of(), typed.clone());
    for receiver in &mut written.receivers {
        (receiver.id, receiver.name) = (nasty(), text());
    }
    (written.from, written.said[0].lines) = (text(), vec![text()]);
    let mut chosen = choice();
    (chosen.frame, chosen.participants) = (nasty_frame(Section::New), vec![(nasty(), text())]);
    let mut looked = review();
    (looked.frame, looked.of, looked.typed) = (nasty_frame(Section::New), nasty_of(), typed);
    (looked.lines, looked.from) = (vec![text()], text());
    for receiver in &mut looked.receivers {
        (receiver.id, receiver.name) = (nasty(), text());
    }
    let mut done = receipt();
    (done.frame, done.whom, done.here) = (nasty_frame(Section::New), text(), nasty());
    done.deliveries[0].to = text();
    let mut all = begun();
    all.frame = nasty_frame(Section::New);
    (all.rows[0].id, all.rows[0].whom) = (nasty(), text());
    vec![
        sample("compose", written, compose::render),
        sample("compose-choose", chosen, compose_choose::render),
        sample("compose-review", looked, compose_review::render),
        sample("compose-sent", done, compose_sent::render),
        sample("drafts", all, drafts::render),
    ]
}
