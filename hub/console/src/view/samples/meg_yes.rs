//! Samples of the question that a participant answers on their own page.

use bindeledd_core::consent::{Basis, Grant, Moment, Period};
use bindeledd_core::form::{Form, Language, Line, question};
use bindeledd_core::time::parse_date;
use bindeledd_core::{Category, CategorySet, PartyId, Purpose};

use super::at;
use super::meg::{Own, frame, nasty_frame};
use crate::markup::Text;
use crate::view::meg_yes::{Ask, End, Fault, Step, View, render};

fn names(id: &PartyId) -> String {
    let name = match id.as_str() {
        "nordvik" => "Nordvik AFT",
        "fjellvik" => "Fjellvik legekontor",
        _ => "Nav Nordvik",
    };
    name.to_owned()
}

/// Returns the text of a request, by the words of core.
fn lines(language: Language) -> Vec<Line> {
    let party = |id: &str| PartyId::parse(id).ok();
    let grant = |from: &str, to: &str, categories: &[Category]| {
        Some(Grant {
            from: party(from)?,
            to: party(to)?,
            purpose: Purpose::WorkOrientedFollowup,
            categories: CategorySet::of(categories),
            basis: Basis::Consent,
            period: None,
            confirmed: true,
        })
    };
    let grants = [
        grant("nordvik", "fjellvik", &Category::ALL),
        grant("fjellvik", "nordvik", &[Category::Function, Category::Meeting]),
        grant("nordvik", "nav-nordvik", &[Category::Progress]),
    ];
    let grants: Vec<Grant> = grants.into_iter().flatten().collect();
    let (Some(start), Some(controller)) = (parse_date("2026-10-06"), party("nordvik")) else {
        return Vec::new();
    };
    let form = Form {
        grants: &grants,
        period: Period {
            start: Moment::Day(start),
            end: parse_date("2027-06-30").map(Moment::Day),
        },
        controller: &controller,
        contact: Some("22 11 22 33"),
        lifts_secrecy: false,
        label: &names,
    };
    question(&form, language)
}

fn view(step: Step) -> View {
    View {
        frame: frame("/meg/yes?what=q1"),
        step,
    }
}

fn ask(language: Language, fault: Option<Fault>) -> Step {
    Step::Ask(Ask {
        party: "Nordvik AFT".into(),
        until: at("2026-11-05T10:00:00+01:00"),
        lines: lines(language),
        what: "q1".to_owned(),
        sha256: "0".repeat(64),
        fault,
    })
}

fn over(end: End) -> Step {
    Step::Over {
        party: "Nordvik AFT".into(),
        end,
    }
}

fn yes(is_waiting: bool) -> Step {
    let given = vec![
        (
            "Nordvik AFT".into(),
            "Fjellvik legekontor".into(),
            CategorySet::of(&[Category::Goals, Category::Progress]),
        ),
        (
            "Fjellvik legekontor".into(),
            "Nordvik AFT".into(),
            CategorySet::of(&[Category::Function]),
        ),
    ];
    over(End::Yes {
        at: at("2026-10-06T10:40:00+02:00"),
        given,
        is_waiting,
    })
}

/// Returns the pages of the question.
pub(super) fn day() -> Vec<Own> {
    let asking = |name: &str, fault| -> Own {
        (
            name.to_owned(),
            Box::new(move |language| render(&view(ask(language, fault)), language)),
        )
    };
    let page = |name: &str, step: Step| -> Own {
        let view = view(step);
        (name.to_owned(), Box::new(move |language| render(&view, language)))
    };
    vec![
        asking("meg-yes", None),
        asking("meg-yes-tick", Some(Fault::Tick)),
        asking("meg-yes-text", Some(Fault::Text)),
        page("meg-yes-done", yes(false)),
        page("meg-yes-done-waits", yes(true)),
        page(
            "meg-yes-no",
            over(End::No {
                at: at("2026-10-06T10:40:00+02:00"),
            }),
        ),
        page("meg-yes-withdrawn", over(End::Withdrawn)),
        page("meg-yes-expired", over(End::Expired)),
        page(
            "meg-yes-not-now",
            Step::NotNow {
                party: "Nordvik AFT".into(),
            },
        ),
        page("meg-yes-code", Step::ByCode),
    ]
}

/// Returns pages in which everything from outside is nasty.
pub(super) fn nasty(text: &str) -> Vec<Own> {
    let raw = text.to_owned();
    let name = || Text::new(text);
    let ask = Step::Ask(Ask {
        party: name(),
        until: at("2026-11-05T10:00:00+01:00"),
        lines: vec![
            Line::Title(raw.clone()),
            Line::Heading(raw.clone()),
            Line::Choice(raw.clone()),
            Line::Text(raw.clone()),
            Line::Choice(raw.clone()),
            Line::Item(raw.clone()),
            Line::Blank(raw.clone()),
        ],
        what: raw.clone(),
        sha256: raw,
        fault: Some(Fault::Tick),
    });
    let done = Step::Over {
        party: name(),
        end: End::Yes {
            at: at("2026-10-06T10:40:00+02:00"),
            given: vec![(name(), name(), CategorySet::EMPTY)],
            is_waiting: true,
        },
    };
    let pages = [
        ("meg-yes", ask),
        ("meg-yes-done", done),
        ("meg-yes-not-now", Step::NotNow { party: name() }),
    ];
    let made = pages.into_iter().map(|(name, step)| -> Own {
        let view = View {
            frame: nasty_frame(),
            step,
        };
        (name.to_owned(), Box::new(move |language| render(&view, language)))
    });
    made.collect()
}
