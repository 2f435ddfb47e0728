//! Samples of the pages about consents.

use bindeledd_core::Category::{Dialogue, Facilitation, Function, Goals, Meeting, Outcome, Progress, TreatmentStatus};
use bindeledd_core::{Category, CategorySet, PartyKind, Reason, Verdict};

use super::{Sample, at, frame, nasty, nasty_frame, sample};
use crate::errors::Errors;
use crate::frame::Section;
use crate::lang::Lang;
use crate::markup::Text;
use crate::view::circle::{self, Status, What};
use crate::view::{confirm, consents, withdraw};

fn of(categories: &[Category]) -> CategorySet {
    CategorySet::of(categories)
}

fn page() -> consents::View {
    let waiting = |from: &str, to: &str, categories| consents::Waiting {
        participant: "p-7k3m-q2ra".into(),
        from: from.into(),
        to: to.into(),
        categories: of(categories),
        registrar: "Nordvik AFT".into(),
        since: at("2026-10-02T14:10:00+02:00"),
        blocked: vec!["0190b7a0-1111-7222-8333-444455556666".into()],
        confirm: Some("/console/participants/p-7k3m-q2ra/grants/c1/1/confirm".to_owned()),
    };
    consents::View {
        frame: frame(Section::Consents),
        typed: String::new(),
        errors: Errors::none(),
        waiting: vec![
            waiting("Solsiden helse", "Nordvik AFT", &[TreatmentStatus, Meeting]),
            waiting("Havneservice", "Nordvik AFT", &[Facilitation]),
        ],
        has_more: true,
        may_find_person: true,
    }
}

fn person() -> consents::Person {
    consents::Person {
        frame: frame(Section::Consents),
        errors: Errors::none().and("number", "Ingen deltaker på denne huben har dette nummeret."),
    }
}

fn members() -> Vec<circle::Member> {
    let member = |id: &str, name: &str, kind| circle::Member {
        id: id.into(),
        name: name.into(),
        kind,
    };
    vec![
        member("nordvik-aft", "Nordvik AFT", PartyKind::AftProvider),
        member("fjellvik", "Fjellvik legekontor", PartyKind::Gp),
        member("solsiden", "Solsiden helse", PartyKind::Other),
        member("fontenehuset", "Fontenehuset Nordvik", PartyKind::Clubhouse),
        member("havneservice", "Havneservice", PartyKind::Employer),
        member("nav-nordvik", "Nav Nordvik", PartyKind::NavOffice),
    ]
}

fn grant(from: usize, to: usize, categories: &[Category]) -> circle::Grant {
    circle::Grant {
        from,
        to,
        categories: of(categories),
        withdrawn: CategorySet::EMPTY,
        duty: None,
        status: Status::InForce,
        confirmed: None,
        waits: None,
    }
}

fn grants() -> Vec<circle::Grant> {
    vec![
        circle::Grant {
            duty: Some("Leverandøravtalen for AFT, punkt 7".into()),
            ..grant(0, 5, &[Goals, Progress, Outcome])
        },
        circle::Grant {
            withdrawn: of(&[Progress]),
            ..grant(0, 1, &[Meeting, Goals, Progress, Facilitation, Dialogue])
        },
        circle::Grant {
            confirmed: Some((at("2026-09-03T09:00:00+02:00"), Some("Fjellvik legekontor".into()))),
            ..grant(1, 0, &[Function, Dialogue, Meeting])
        },
        grant(0, 2, &[Meeting, Progress]),
        circle::Grant {
            status: Status::Awaits,
            waits: Some(circle::Waits {
                since: at("2026-10-02T14:10:00+02:00"),
                blocked: vec!["0190b7a0-1111-7222-8333-444455556666".into()],
                confirm: Some("/console/participants/p-7k3m-q2ra/grants/c1/4/confirm".to_owned()),
            }),
            ..grant(2, 0, &[TreatmentStatus, Meeting])
        },
        grant(0, 3, &[Meeting, Goals, Progress]),
        grant(3, 0, &[Progress, Dialogue]),
        circle::Grant {
            withdrawn: of(&[Facilitation]),
            status: Status::Withdrawn,
            ..grant(0, 4, &[Facilitation])
        },
        circle::Grant {
            status: Status::Expired(at("2026-08-31T23:59:00+02:00")),
            ..grant(4, 0, &[Facilitation])
        },
    ]
}

fn one() -> circle::View {
    circle::View {
        frame: frame(Section::Consents),
        participant: "p-7k3m-q2ra".into(),
        is_protected: false,
        differs: false,
        valid_until: Some(at("2027-08-31T12:00:00+02:00")),
        controllers: vec!["Nordvik AFT".into()],
        parties: members(),
        grants: grants(),
        events: vec![
            circle::Event {
                at: at("2026-10-02T14:10:00+02:00"),
                what: What::PartlyWithdrawn { grants: 1 },
            },
            circle::Event {
                at: at("2026-09-04T08:15:00+02:00"),
                what: What::Confirmed {
                    number: 3,
                    by: Some("Fjellvik legekontor".into()),
                },
            },
            circle::Event {
                at: at("2025-09-02T12:40:00+02:00"),
                what: What::Registered {
                    by: "Nordvik AFT".into(),
                    text_version: "bm-3".into(),
                    evidence: "signed-form".into(),
                    sha256: Some("9f2c51aa0b7e11de9f2c51aa0b7e11de".into()),
                    by_guardian: false,
                },
            },
        ],
        trial: circle::Trial {
            from: "nordvik-aft".to_owned(),
            to: "havneservice".to_owned(),
            about: Some(Facilitation),
            errors: Errors::none(),
            answer: Some((Verdict::Deny, Reason::Withdrawn)),
        },
        may_withdraw: true,
    }
}

fn confirmation(step: confirm::Step) -> confirm::View {
    confirm::View {
        frame: frame(Section::Consents),
        participant: "p-7k3m-q2ra".into(),
        consent: "0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6a01".into(),
        grant: 4,
        registrar: "Nordvik AFT".into(),
        sender: "Solsiden helse".into(),
        receiver: "Nordvik AFT".into(),
        categories: of(&[TreatmentStatus, Meeting]),
        step,
    }
}

fn asked() -> confirm::Ask {
    confirm::Ask {
        since: at("2026-10-02T14:10:00+02:00"),
        others: vec![("Havneservice".into(), of(&[Meeting]))],
        blocked: vec!["0190b7a0-1111-7222-8333-444455556666".into()],
        kind: "agreement".to_owned(),
        place: "arkiv 2026/114".to_owned(),
        digest: String::new(),
        is_all: false,
        errors: Errors::none(),
    }
}

fn withdrawal(step: withdraw::Step) -> withdraw::View {
    withdraw::View {
        place: withdraw::Place::Console,
        frame: frame(Section::Consents),
        participant: "p-7k3m-q2ra".into(),
        choice: withdraw::Choice {
            scope: "pair".to_owned(),
            pair: "nordvik-aft solsiden".to_owned(),
            only: of(&[Progress]),
            ..withdraw::Choice::default()
        },
        parties: members(),
        pairs: vec![(0, 1), (1, 0), (0, 2)],
        step,
    }
}

fn effect() -> withdraw::Effect {
    withdraw::Effect {
        ends: vec![("Nordvik AFT".into(), "Solsiden helse".into(), of(&[Progress]))],
        stops: 1,
        in_flight: 0,
        handed_over: 3,
        told: vec!["Solsiden helse".into()],
        remains: vec![(
            "Nordvik AFT".into(),
            "Nav Nordvik".into(),
            "Leverandøravtalen for AFT, punkt 7".into(),
        )],
    }
}

fn wrong_evidence() -> confirm::Ask {
    let errors = Errors::none().and("kind", "Velg hva slags bevis du har.");
    confirm::Ask {
        others: Vec::new(),
        blocked: Vec::new(),
        kind: String::new(),
        place: String::new(),
        digest: "9F2C".to_owned(),
        errors: errors
            .and("place", "Skriv hvor beviset ligger.")
            .and("digest", "En SHA-256 har 64 tegn."),
        ..asked()
    }
}

pub(super) fn day() -> Vec<Sample> {
    let mut none = page();
    (none.waiting, none.has_more) = (Vec::new(), false);
    none.typed = "p-??".to_owned();
    none.errors = Errors::none().and("reference", "Et pseudonym ser slik ut: p-7k3m-q2ra");
    let mut empty = one();
    (empty.grants, empty.parties, empty.is_protected) = (Vec::new(), Vec::new(), true);
    let mut large = one();
    large.parties.extend(members());
    large.parties.extend(members());
    (large.differs, large.valid_until) = (true, None);
    large.trial = circle::Trial::default();
    let errors = Errors::none().and("scope", "Velg hva som skal trekkes.");
    vec![
        sample("consents", page(), consents::render),
        sample("consents-none", none, consents::render),
        sample("find-person", person(), consents::render_person),
        sample("circle", one(), circle::render),
        sample("circle-empty", empty, circle::render),
        sample("circle-large", large, circle::render),
        sample(
            "confirm",
            confirmation(confirm::Step::Ask(Box::new(asked()))),
            confirm::render,
        ),
        sample(
            "confirm-wrong",
            confirmation(confirm::Step::Ask(Box::new(wrong_evidence()))),
            confirm::render,
        ),
        sample(
            "confirm-done",
            confirmation(confirm::Step::Done {
                at: at("2026-10-06T10:40:00+02:00"),
                by: Some("Klar Vind".into()),
                evidence: Some(("agreement".into(), Some("9f2c51aa0b7e11de9f2c51aa0b7e11de".into()))),
            }),
            confirm::render,
        ),
        sample(
            "withdraw-choose",
            withdrawal(withdraw::Step::Choose { errors }),
            withdraw::render,
        ),
        sample(
            "withdraw-preview",
            withdrawal(withdraw::Step::Preview {
                effect: effect(),
                why: "ringte 2. oktober".to_owned(),
                once: "e2".to_owned(),
                errors: Errors::none(),
            }),
            withdraw::render,
        ),
        sample(
            "withdraw-done",
            withdrawal(withdraw::Step::Done { effect: effect() }),
            withdraw::render,
        ),
    ]
}

#[expect(clippy::too_many_lines, reason = "a list of pages")]
pub(super) fn nasty_pages() -> Vec<Sample> {
    let text = || Text::new(&nasty());
    let mut page = page();
    page.frame = nasty_frame(Section::Consents);
    page.typed = nasty();
    page.errors = Errors::none().and("reference", nasty());
    for row in &mut page.waiting {
        (row.participant, row.from, row.to, row.registrar) = (text(), text(), text(), text());
        (row.blocked, row.confirm) = (vec![text()], Some(nasty()));
    }
    let mut circle = one();
    circle.frame = nasty_frame(Section::Consents);
    (circle.participant, circle.controllers) = (text(), vec![text(), text()]);
    for member in &mut circle.parties {
        (member.id, member.name) = (text(), text());
    }
    for grant in &mut circle.grants {
        grant.duty = Some(text());
        grant.confirmed = Some((at("2026-09-03T09:00:00+02:00"), Some(text())));
        grant.waits = Some(circle::Waits {
            since: at("2026-09-03T09:00:00+02:00"),
            blocked: vec![text()],
            confirm: Some(nasty()),
        });
    }
    circle.events.push(circle::Event {
        at: at("2026-09-03T09:00:00+02:00"),
        what: What::Registered {
            by: text(),
            text_version: text(),
            evidence: text(),
            sha256: Some(text()),
            by_guardian: true,
        },
    });
    circle.trial.from = nasty();
    circle.trial.errors = Errors::none().and("from", nasty());
    let mut preview = withdrawal(withdraw::Step::Preview {
        effect: withdraw::Effect {
            ends: vec![(text(), text(), of(&[Progress]))],
            told: vec![text()],
            remains: vec![(text(), text(), text())],
            ..effect()
        },
        why: nasty(),
        once: nasty(),
        errors: Errors::none().and("why", nasty()),
    });
    preview.frame = nasty_frame(Section::Consents);
    (preview.participant, preview.choice.party, preview.choice.pair) = (text(), nasty(), nasty());
    preview.choice.scope = nasty();
    let mut choose = preview.clone();
    for member in &mut choose.parties {
        (member.id, member.name) = (text(), text());
    }
    choose.step = withdraw::Step::Choose {
        errors: Errors::none().and("party", nasty()),
    };
    let mut ask = confirmation(confirm::Step::Ask(Box::new(confirm::Ask {
        others: vec![(text(), of(&[Meeting]))],
        blocked: vec![text()],
        kind: nasty(),
        place: nasty(),
        digest: nasty(),
        errors: Errors::none().and("place", nasty()),
        ..asked()
    })));
    ask.frame = nasty_frame(Section::Consents);
    (ask.participant, ask.consent, ask.registrar) = (text(), text(), text());
    (ask.sender, ask.receiver) = (text(), text());
    let mut confirmed = ask.clone();
    confirmed.step = confirm::Step::Done {
        at: at("2026-09-03T09:00:00+02:00"),
        by: Some(text()),
        evidence: Some((text(), Some(text()))),
    };
    vec![
        sample("consents", page, consents::render),
        sample("circle", circle, circle::render),
        sample("confirm", ask, confirm::render),
        sample("confirm-done", confirmed, confirm::render),
        sample("withdraw-choose", choose, withdraw::render),
        sample("withdraw-preview", preview, withdraw::render),
    ]
}

#[test]
fn the_picture_and_the_table_have_the_same_numbers() {
    let html = circle::render(&one(), Lang::Bokmal);
    for number in 1..=grants().len() {
        assert_eq!(html.matches(&format!("class=\"no-b\">{number}<")).count(), 1);
        assert_eq!(html.matches(&format!(">{number}</text>")).count(), 1);
    }
}

#[test]
fn nothing_beside_a_neutral_label_tells_a_speciality() {
    let html = circle::render(&one(), Lang::Bokmal);
    for word in ["Stethoscope", "Hospital", "Spesialist", "spesialist"] {
        assert!(!html.contains(word), "{word}");
    }
}

#[test]
fn a_number_that_was_searched_for_has_no_place_in_the_page() {
    let html = consents::render_person(&person(), Lang::Bokmal);
    let field = html.split("name=\"number\"").nth(1).unwrap().split('>').next().unwrap();
    assert!(!field.contains("value="), "{field}");
    assert!(html.contains("method=\"post\""));
}
