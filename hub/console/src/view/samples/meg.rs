//! Samples of the participant's own page.

use bindeledd_core::account::Role;
use bindeledd_core::form::Language;
use bindeledd_core::opening::{LookWay, LookedAs};
use bindeledd_core::{Category, CategorySet};

use super::{Sample, at, meg_yes, nasty, now};
use crate::address;
use crate::lang::Lang;
use crate::markup::Text;
use crate::view::meg_back::{self, Choose, Effect, Other, Step};
use crate::view::meg_door::{self, Door, PinFault, Trouble};
use crate::view::meg_frame::MegFrame;
use crate::view::{meg, meg_back as back, meg_shared};

/// A page in the language of a participant.
pub(crate) type Own = (String, Box<dyn Fn(Language) -> String>);

pub(super) fn frame(here: &str) -> MegFrame {
    MegFrame {
        now: now(),
        place: "Nordvik".into(),
        csrf: "k2".to_owned(),
        is_open: true,
        left: address::OWN_LEFT.into(),
        here: here.to_owned(),
    }
}

fn outside() -> MegFrame {
    MegFrame {
        csrf: String::new(),
        is_open: false,
        left: address::OWN_LEFT.into(),
        ..frame("/meg/code")
    }
}

fn contact(name: &str, phone: &str, person: Option<&str>) -> meg::Contact {
    meg::Contact {
        name: name.into(),
        phone: Some(phone.into()),
        people: person.map(|person| (Text::new(person), None)).into_iter().collect(),
    }
}

fn duty() -> meg::Duty {
    meg::Duty {
        from: "Nordvik AFT".into(),
        to: "Nav Nordvik".into(),
        categories: CategorySet::of(&[Category::Goals, Category::Progress, Category::Outcome]),
        reference: "Avtalen mellom Nordvik AFT og Nav".into(),
    }
}

fn handed() -> Vec<meg::Handed> {
    let changes = [(false, Some("Stødig Lykt")), (true, None), (false, None)];
    let handed = |(is_stand_in, contact): (bool, Option<&str>)| meg::Handed {
        at: at("2026-10-01T12:00:00+02:00"),
        party: "Nordvik AFT".into(),
        is_stand_in,
        contact: contact.map(Text::from),
    };
    changes.map(handed).into()
}

fn overview() -> meg::View {
    let pair = |other, gets: &[Category], tells: &[Category]| meg::Pair {
        one: "Nordvik AFT".into(),
        other,
        gets: CategorySet::of(gets),
        tells: CategorySet::of(tells),
        take_back: "/meg/take-back?what=h1".to_owned(),
    };
    let shared = |time: &str, to: &str, categories: &[Category], left_out: &[Category], fate| meg::Shared {
        at: at(time),
        from: "Nordvik AFT".into(),
        to: to.into(),
        categories: CategorySet::of(categories),
        left_out: CategorySet::of(left_out),
        fate,
    };
    meg::View {
        frame: frame("/meg"),
        way: meg::Way::Code {
            party: contact("Nordvik AFT", "22 11 22 33", Some("Grønn Vits")),
            may_choose_pin: true,
        },
        pairs: vec![
            pair(
                contact("Fjellvik legekontor", "77 00 00 10", Some("Stødig Lykt")),
                &[Category::Meeting, Category::Goals, Category::Facilitation],
                &[Category::Function, Category::Meeting, Category::Dialogue],
            ),
            pair(
                contact("Solsiden helse", "77 00 00 30", None),
                &[Category::Meeting, Category::Progress],
                &[Category::TreatmentStatus, Category::Meeting],
            ),
            pair(contact("Havneservice", "77 00 00 40", None), &[], &[]),
        ],
        take_back_all: "/meg/take-back?what=h0".to_owned(),
        asked: Vec::new(),
        answered: Vec::new(),
        duties: vec![duty()],
        last: vec![
            shared(
                "2026-10-06T09:12:00+02:00",
                "Fontenehuset",
                &[Category::Dialogue],
                &[],
                meg::Fate::HandedOver,
            ),
            shared(
                "2026-10-05T14:00:00+02:00",
                "Fjellvik legekontor",
                &[Category::Goals],
                &[Category::Facilitation],
                meg::Fate::Delivered,
            ),
            shared(
                "2026-09-02T10:00:00+02:00",
                "Nav Nordvik",
                &[Category::Progress],
                &[],
                meg::Fate::WithPerson,
            ),
            shared(
                "2025-12-02T10:00:00+01:00",
                "Havneservice",
                &[Category::Progress],
                &[],
                meg::Fate::Refused,
            ),
        ],
        has_more: true,
        looks: vec![meg::Look {
            at: at("2026-10-01T12:00:00+02:00"),
            way: LookWay::Opening,
            by: LookedAs::Person(vec![Role::Operator]),
            reason: None,
        }],
        followed: Vec::new(),
        handed: handed(),
        run_by: Some("Nordvik kommune, 77 00 00 00".into()),
    }
}

fn empty() -> meg::View {
    let mut view = overview();
    view.pairs.truncate(1);
    view.pairs[0].tells = CategorySet::EMPTY;
    (view.duties, view.last, view.looks) = (Vec::new(), Vec::new(), Vec::new());
    view.handed = Vec::new();
    (view.has_more, view.run_by) = (false, None);
    view.way = meg::Way::Code {
        party: contact("Nordvik AFT", "22 11 22 33", Some("Grønn Vits")),
        may_choose_pin: false,
    };
    view
}

/// Returns the page after a sign-in at level high.
fn whole() -> meg::View {
    let mut view = overview();
    view.handed = Vec::new();
    view.way = meg::Way::Issuer {
        title: "ID-porten".into(),
        parties: vec![
            contact("Nordvik AFT", "22 11 22 33", Some("Grønn Vits")),
            contact("Fjellvik legekontor", "77 00 00 10", Some("Stødig Lykt")),
            contact("Solsiden helse", "77 00 00 30", None),
        ],
    };
    view.pairs.push(meg::Pair {
        one: "Fjellvik legekontor".into(),
        other: contact("Solsiden helse", "77 00 00 30", None),
        gets: CategorySet::of(&[Category::Meeting]),
        tells: CategorySet::EMPTY,
        take_back: "/meg/take-back?what=h2".to_owned(),
    });
    view.followed = meg::Did::ALL
        .map(|what| meg::Followed {
            at: at("2026-10-01T12:00:00+02:00"),
            party: "Fontenehuset".into(),
            what,
        })
        .into();
    view.looks[0].reason = Some("Feil i en tekst, sak 12.".into());
    view.looks.insert(
        0,
        meg::Look {
            at: at("2026-10-05T12:00:00+02:00"),
            way: LookWay::Export,
            by: LookedAs::Participant,
            reason: Some("Du hentet en kopi selv.".into()),
        },
    );
    view
}

fn everything_shared() -> meg_shared::View {
    meg_shared::View {
        frame: frame("/meg/shared"),
        shared: overview().last,
        older: Some("/meg/shared?before=d1".to_owned()),
    }
}

fn nothing_shared() -> meg_shared::View {
    meg_shared::View {
        frame: frame("/meg/shared"),
        shared: Vec::new(),
        older: None,
    }
}

fn effect() -> Effect {
    Effect {
        ends: vec![
            (
                "Nordvik AFT".into(),
                "Fjellvik legekontor".into(),
                CategorySet::of(&[Category::Meeting, Category::Goals]),
            ),
            (
                "Fjellvik legekontor".into(),
                "Nordvik AFT".into(),
                CategorySet::of(&[Category::Function]),
            ),
        ],
        stops: 1,
        in_flight: 1,
        handed_over: 6,
        told: vec!["Fjellvik legekontor".into(), "Nordvik AFT".into()],
        remains: vec![duty()],
    }
}

fn choose(fault: Option<back::Fault>) -> Choose {
    let other = |name: &str, n: u8, categories: &[Category]| Other {
        one: "Nordvik AFT".into(),
        name: name.into(),
        pair: format!("p{n}"),
        some: format!("s{n}"),
        categories: categories
            .iter()
            .map(|category| (*category, format!("c-{}", category.code())))
            .collect(),
    };
    Choose {
        others: vec![
            other("Fjellvik legekontor", 1, &[Category::Meeting, Category::Goals]),
            other("Solsiden helse", 2, &[Category::Meeting, Category::Progress]),
        ],
        parties: Vec::new(),
        some_of_all: None,
        all: "a".to_owned(),
        what: "p1".to_owned(),
        fault,
    }
}

fn taking(step: Step) -> meg_back::View {
    meg_back::View {
        frame: frame("/meg/take-back?what=p1"),
        party: Some("Nordvik AFT".into()),
        step,
    }
}

/// Returns a step of taking back after a sign-in at level high.
fn taking_of_all(step: Step) -> meg_back::View {
    meg_back::View {
        party: None,
        ..taking(step)
    }
}

fn choose_of_all() -> Choose {
    Choose {
        parties: vec![
            ("Nordvik AFT".into(), "q1".to_owned()),
            ("Fjellvik legekontor".into(), "q2".to_owned()),
            ("Solsiden helse".into(), "q3".to_owned()),
        ],
        some_of_all: Some("sa".to_owned()),
        ..choose(None)
    }
}

fn preview(effect: Effect) -> Step {
    Step::Preview {
        effect,
        what: "p1".to_owned(),
        only: vec!["c1".to_owned()],
        again: "/meg/take-back?what=p1".to_owned(),
    }
}

fn own<V: 'static>(name: &str, view: V, render: fn(&V, Language) -> String) -> Own {
    (name.to_owned(), Box::new(move |language| render(&view, language)))
}

/// Returns the overviews with questions: at level high, by a code, and before the first yes.
fn asked() -> Vec<Own> {
    let until = || at("2026-11-05T10:00:00+01:00");
    let asked = |party: &str, address: Option<&str>| meg::Asked {
        party: party.into(),
        until: until(),
        address: address.map(str::to_owned),
    };
    let answered = |party: &str, is_yes| meg::Answered {
        party: party.into(),
        at: at("2026-10-02T10:00:00+02:00"),
        is_yes,
        address: "/meg/yes?what=q2".to_owned(),
    };
    let mut all = whole();
    all.asked = vec![asked("Nordvik AFT", Some("/meg/yes?what=q1"))];
    all.answered = vec![answered("Nordvik AFT", true), answered("Fontenehuset", false)];
    let mut by_code = overview();
    by_code.asked = vec![asked("Nordvik AFT", None)];
    let mut first = whole();
    first.asked = vec![asked("Nordvik AFT", Some("/meg/yes?what=q1"))];
    (first.pairs, first.duties, first.last) = (Vec::new(), Vec::new(), Vec::new());
    (first.followed, first.looks) = (Vec::new(), Vec::new());
    first.way = meg::Way::Issuer {
        title: "ID-porten".into(),
        parties: Vec::new(),
    };
    vec![
        own("meg-asked", all, meg::render),
        own("meg-asked-code", by_code, meg::render),
        own("meg-asked-first", first, meg::render),
    ]
}

/// Returns every page of a participant.
pub(crate) fn day() -> Vec<Own> {
    let door = |name: &str, frame: MegFrame, door: Door| own(name, meg_door::View { frame, door }, meg_door::render);
    let code_of = |issuer: Option<&str>, is_over, is_refused| Door::Code {
        is_over,
        is_refused,
        issuer: issuer.map(Text::new),
    };
    let code = |is_over, is_refused| code_of(None, is_over, is_refused);
    let way_out = || {
        Some((
            "ID-porten".into(),
            "https://login.issuer.example/out?client_id=hub".to_owned(),
        ))
    };
    let mut pages = vec![
        own("meg", overview(), meg::render),
        own("meg-empty", empty(), meg::render),
        door("meg-code", outside(), code(false, false)),
        door("meg-code-over", outside(), code(true, false)),
        door("meg-code-refused", outside(), code(false, true)),
        door("meg-pin", frame("/meg/pin"), Door::Pin { fault: None }),
        door("meg-left", outside(), Door::Left(None)),
        door("meg-nobody", frame("/meg"), Door::Nobody(None)),
        own("meg-whole", whole(), meg::render),
        own("meg-shared", everything_shared(), meg_shared::render),
        own("meg-shared-none", nothing_shared(), meg_shared::render),
        door("meg-sign-in", outside(), code_of(Some("ID-porten"), false, false)),
        door("meg-sign-in-over", outside(), code_of(Some("ID-porten"), true, false)),
        door(
            "meg-sign-in-refused",
            outside(),
            code_of(Some("ID-porten"), false, true),
        ),
        door("meg-left-issuer", outside(), Door::Left(way_out())),
        door("meg-nobody-issuer", outside(), Door::Nobody(way_out())),
        own(
            "meg-back-whole",
            taking_of_all(Step::Choose(choose_of_all())),
            meg_back::render,
        ),
        own(
            "meg-back-whole-done",
            taking_of_all(Step::Done { effect: effect() }),
            meg_back::render,
        ),
        own("meg-back", taking(Step::Choose(choose(None))), meg_back::render),
        own(
            "meg-back-fault",
            taking(Step::Choose(choose(Some(back::Fault::Only)))),
            meg_back::render,
        ),
        own("meg-back-preview", taking(preview(effect())), meg_back::render),
        own("meg-back-nothing", taking(preview(Effect::default())), meg_back::render),
        own(
            "meg-back-done",
            taking(Step::Done { effect: effect() }),
            meg_back::render,
        ),
    ];
    for fault in [PinFault::Digits, PinFault::Simple, PinFault::Differs] {
        let name = format!("meg-pin-{fault:?}").to_lowercase();
        pages.push(door(&name, frame(""), Door::Pin { fault: Some(fault) }));
    }
    for trouble in Trouble::ALL {
        let name = format!("meg-trouble-{trouble:?}").to_lowercase();
        pages.push(door(&name, outside(), Door::Trouble(trouble)));
    }
    let none = Choose {
        others: Vec::new(),
        ..choose(None)
    };
    pages.push(own("meg-back-none", taking(Step::Choose(none)), meg_back::render));
    pages.extend(asked());
    pages.extend(meg_yes::day());
    pages
}

/// Makes samples of pages in the languages of the console.
fn in_both(pages: Vec<Own>) -> Vec<Sample> {
    let of = |lang| match lang {
        Lang::Bokmal => Language::Bokmal,
        Lang::English => Language::English,
    };
    pages
        .into_iter()
        .map(|(name, page)| -> Sample { (name, Box::new(move |lang| page(of(lang)))) })
        .collect()
}

pub(super) fn samples() -> Vec<Sample> {
    in_both(day())
}

fn nasty_text() -> Text {
    Text::new(&nasty())
}

pub(super) fn nasty_frame() -> MegFrame {
    MegFrame {
        place: nasty_text(),
        csrf: nasty(),
        here: nasty(),
        ..frame("")
    }
}

fn nasty_contact() -> meg::Contact {
    meg::Contact {
        name: nasty_text(),
        phone: Some(nasty_text()),
        people: vec![(nasty_text(), Some(nasty_text()))],
    }
}

fn nasty_duty() -> meg::Duty {
    meg::Duty {
        from: nasty_text(),
        to: nasty_text(),
        reference: nasty_text(),
        ..duty()
    }
}

/// Returns the page by a code, and the one after a sign-in at level high.
fn nasty_overviews() -> [meg::View; 2] {
    let mut view = overview();
    view.frame = nasty_frame();
    view.way = meg::Way::Code {
        party: nasty_contact(),
        may_choose_pin: true,
    };
    for pair in &mut view.pairs {
        (pair.one, pair.other, pair.take_back) = (nasty_text(), nasty_contact(), nasty());
    }
    view.duties = vec![nasty_duty()];
    for shared in &mut view.last {
        (shared.from, shared.to) = (nasty_text(), nasty_text());
    }
    (view.run_by, view.take_back_all) = (Some(nasty_text()), nasty());
    view.asked = vec![meg::Asked {
        party: nasty_text(),
        until: now(),
        address: Some(nasty()),
    }];
    view.answered = vec![meg::Answered {
        party: nasty_text(),
        at: now(),
        is_yes: true,
        address: nasty(),
    }];
    let mut whole = view.clone();
    whole.way = meg::Way::Issuer {
        title: nasty_text(),
        parties: vec![nasty_contact()],
    };
    for look in &mut whole.looks {
        look.reason = Some(nasty_text());
    }
    whole.followed = vec![meg::Followed {
        at: now(),
        party: nasty_text(),
        what: meg::Did::Read,
    }];
    [view, whole]
}

/// Returns the steps of taking back: the choice, the preview, and the outcome.
fn nasty_steps() -> [Step; 3] {
    let mut choice = choose_of_all();
    (choice.all, choice.what) = (nasty(), nasty());
    (choice.parties, choice.some_of_all) = (vec![(nasty_text(), nasty())], Some(nasty()));
    for other in &mut choice.others {
        (other.one, other.name) = (nasty_text(), nasty_text());
        (other.pair, other.some) = (nasty(), nasty());
        for (_, value) in &mut other.categories {
            *value = nasty();
        }
    }
    let mut effect = effect();
    for (from, to, _) in &mut effect.ends {
        (*from, *to) = (nasty_text(), nasty_text());
    }
    (effect.told, effect.remains) = (vec![nasty_text(), nasty_text()], vec![nasty_duty()]);
    let preview = Step::Preview {
        effect: effect.clone(),
        what: nasty(),
        only: vec![nasty()],
        again: nasty(),
    };
    [Step::Choose(choice), preview, Step::Done { effect }]
}

/// Returns pages in which everything from outside is nasty.
pub(super) fn nasty_samples() -> Vec<Sample> {
    let [view, whole] = nasty_overviews();
    let shared = meg_shared::View {
        frame: nasty_frame(),
        shared: view.last.clone(),
        older: Some(nasty()),
    };
    let taking = |step| meg_back::View {
        frame: nasty_frame(),
        party: Some(nasty_text()),
        step,
    };
    let [choice, preview, done] = nasty_steps().map(taking);
    let door = |door| meg_door::View {
        frame: nasty_frame(),
        door,
    };
    let nobody = door(Door::Nobody(Some((nasty_text(), nasty()))));
    let code = door(Door::Code {
        is_over: false,
        is_refused: false,
        issuer: Some(nasty_text()),
    });
    let mut pages = meg_yes::nasty(&nasty());
    pages.extend([
        own("meg", view, meg::render),
        own("meg-whole", whole, meg::render),
        own("meg-shared", shared, meg_shared::render),
        own("meg-back", choice, meg_back::render),
        own("meg-back-preview", preview, meg_back::render),
        own("meg-back-done", done, meg_back::render),
        own("meg-nobody", nobody, meg_door::render),
        own("meg-code", code, meg_door::render),
    ]);
    in_both(pages)
}
