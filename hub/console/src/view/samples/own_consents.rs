//! Samples of the consents in a mailbox.

use bindeledd_core::form::{Language, Line};
use bindeledd_core::{Category, CategorySet, PartyKind};

use super::{Sample, at, mailbox_frame, nasty, nasty_frame, sample};
use crate::errors::Errors;
use crate::frame::{Frame, Section};
use crate::lang::Lang;
use crate::markup::Text;
use crate::view::circle::{Member, Status};
use crate::view::whom::Whom;
use crate::view::{
    consent_choose, consent_form, consent_registered, consent_what, own_confirm, own_consents, withdraw,
};

pub(super) const ID: &str = "0197a3c2-0000-4000-8000-0000000000c1";
const PERSON: &str = "0197a3c2-0000-4000-8000-0000000000b1";

pub(super) fn page() -> Frame {
    mailbox_frame(Section::OwnConsents)
}

pub(super) fn nasty_page() -> Frame {
    Frame {
        menu: Section::OF_MAILBOX.to_vec(),
        is_mailbox: true,
        is_live: false,
        ..nasty_frame(Section::OwnConsents)
    }
}

pub(super) fn set(categories: &[Category]) -> CategorySet {
    CategorySet::of(categories)
}

pub(super) fn whom(name: Option<&str>, n: u8) -> Whom {
    Whom {
        name: name.map(Into::into),
        pseudonym: format!("0197a3c{n}-0000-4000-8000-0000000000b1"),
    }
}

fn grant(is_own: bool, status: Status) -> own_consents::Grant {
    let (from, to) = match is_own {
        true => ("Nordvik AFT", "Fjellvik legekontor"),
        false => ("Fjellvik legekontor", "Nordvik AFT"),
    };
    own_consents::Grant {
        from: from.into(),
        to: to.into(),
        categories: set(&[Category::Goals, Category::Progress]),
        withdrawn: CategorySet::EMPTY,
        is_duty: false,
        is_own,
        status,
        until: Some(at("2027-06-30T23:59:59+02:00")),
    }
}

fn list() -> own_consents::View {
    let mut part = grant(true, Status::InForce);
    part.withdrawn = set(&[Category::Progress]);
    let mut duty = grant(true, Status::InForce);
    (duty.is_duty, duty.until) = (true, None);
    own_consents::View {
        frame: page(),
        may_register: true,
        waiting: vec![own_consents::Waiting {
            consent: ID.to_owned(),
            whom: whom(None, 4),
            registrar: "Nav Nordvik".into(),
            to: vec![("Nav Nordvik".into(), set(&[Category::Meeting]))],
            since: at("2026-10-05T09:00:00+02:00"),
        }],
        requests: super::requests::list(),
        participants: vec![
            own_consents::Participant {
                whom: whom(Some("Snill Tester"), 2),
                grants: vec![grant(true, Status::InForce), grant(false, Status::Awaits), part, duty],
                may_withdraw: true,
            },
            own_consents::Participant {
                whom: whom(None, 3),
                grants: vec![
                    grant(true, Status::Withdrawn),
                    grant(false, Status::Expired(at("2026-09-30T23:59:59+02:00"))),
                    grant(false, Status::Ahead(at("2026-11-01T00:00:00+01:00"))),
                    grant(true, Status::Awaits),
                ],
                may_withdraw: false,
            },
        ],
        others: Vec::new(),
    }
}

fn of_leader() -> own_consents::View {
    let other = |name, ends, holders: &[&str]| own_consents::Other {
        whom: whom(name, 5),
        ends,
        holders: holders.iter().map(|name| Text::from(*name)).collect(),
    };
    own_consents::View {
        participants: Vec::new(),
        requests: Vec::new(),
        others: vec![
            other(
                Some("Lys Morgen"),
                Some(Some(at("2027-06-30T23:59:59+02:00"))),
                &["Varm Vind"],
            ),
            other(Some("Rolig Bjørk"), Some(None), &[]),
            other(None, None, &[]),
        ],
        ..list()
    }
}

pub(super) fn draft() -> consent_form::Draft {
    let with = |id: &str, name: &str, gives: &[Category], gets: &[Category]| consent_form::With {
        id: id.to_owned(),
        name: name.into(),
        gives: set(gives),
        gets: set(gets),
    };
    consent_form::Draft {
        participant: PERSON.to_owned(),
        key: ID.to_owned(),
        with: vec![
            with(
                "fjellvik",
                "Fjellvik legekontor",
                &[Category::Progress, Category::Goals],
                &[Category::Meeting],
            ),
            with("nav-nordvik", "Nav Nordvik", &[Category::Progress], &[]),
        ],
        from: "2026-10-06".to_owned(),
        until: "2027-06-30".to_owned(),
        paper: Language::Bokmal,
    }
}

fn choose() -> consent_choose::View {
    let choice = |id: &str, name: &str, kind| consent_choose::Choice {
        id: id.to_owned(),
        name: name.into(),
        kind,
    };
    consent_choose::View {
        frame: page(),
        may_register: true,
        parties: vec![
            choice("fjellvik", "Fjellvik legekontor", PartyKind::Gp),
            choice("havna", "Havna", PartyKind::Other),
            choice("nav-nordvik", "Nav Nordvik", PartyKind::NavOffice),
        ],
        draft: draft(),
        errors: Errors::none(),
    }
}

fn what() -> consent_what::View {
    consent_what::View {
        frame: page(),
        draft: draft(),
        errors: Errors::none(),
    }
}

fn form() -> consent_form::View {
    let lines = vec![
        Line::Title("Samtykke til å dele opplysninger om deg".to_owned()),
        Line::Heading("Dette blir du spurt om".to_owned()),
        Line::Text("Kan Nordvik AFT fortelle Fjellvik legekontor om dette?".to_owned()),
        Line::Choice("mål og plan: hva du vil, og hva dere er enige om".to_owned()),
        Line::Choice("hvordan det går: oppmøte, dager i uka og hva du gjør".to_owned()),
        Line::Item("møter".to_owned()),
        Line::Heading("Underskrift".to_owned()),
        Line::Blank("Navn".to_owned()),
        Line::Blank("Sted og dato".to_owned()),
    ];
    consent_form::View {
        frame: page(),
        draft: draft(),
        lines,
        participants: vec![(PERSON.to_owned(), "Snill Tester".into())],
        typed: consent_form::Typed {
            who: "new".to_owned(),
            ticks: vec![(set(&[Category::Progress]), CategorySet::EMPTY)],
            given: "2026-10-06T10:30".to_owned(),
            taken: "Blid Måke".to_owned(),
            ..consent_form::Typed::default()
        },
        may_ask: true,
        errors: Errors::none(),
    }
}

fn registered() -> consent_registered::View {
    consent_registered::View {
        frame: page(),
        contact: Some("Blid Måke".into()),
        seen: Some(consent_registered::Seen {
            participant: PERSON.to_owned(),
            grants: vec![grant(true, Status::InForce), grant(false, Status::Awaits)],
        }),
    }
}

fn confirm() -> own_confirm::View {
    own_confirm::View {
        frame: page(),
        consent: ID.to_owned(),
        whom: "deltaker 0197a3c2".into(),
        registrar: "Nav Nordvik".into(),
        waiting: vec![
            (
                "nav-nordvik".to_owned(),
                "Nav Nordvik".into(),
                set(&[Category::Meeting]),
            ),
            (
                "fjellvik".to_owned(),
                "Fjellvik legekontor".into(),
                set(&[Category::Progress]),
            ),
        ],
        confirmed: Vec::new(),
        asks_number: true,
        to: String::new(),
        errors: Errors::none(),
    }
}

fn withdrawal(step: withdraw::Step) -> withdraw::View {
    let member = |id: &str, name: &str, kind| Member {
        id: id.into(),
        name: name.into(),
        kind,
    };
    withdraw::View {
        frame: page(),
        participant: PERSON.into(),
        place: withdraw::Place::Mailbox("Snill Tester".into()),
        choice: withdraw::Choice {
            scope: "all".to_owned(),
            ..withdraw::Choice::default()
        },
        parties: vec![
            member("nordvik-aft", "Nordvik AFT", PartyKind::AftProvider),
            member("fjellvik", "Fjellvik legekontor", PartyKind::Gp),
        ],
        pairs: vec![(0, 1), (1, 0)],
        step,
    }
}

fn effect() -> withdraw::Effect {
    withdraw::Effect {
        ends: vec![(
            "Nordvik AFT".into(),
            "Fjellvik legekontor".into(),
            set(&[Category::Goals, Category::Progress]),
        )],
        stops: 1,
        told: vec!["Fjellvik legekontor".into()],
        ..withdraw::Effect::default()
    }
}

pub(super) fn day() -> Vec<Sample> {
    let mut none = list();
    (none.waiting, none.participants, none.requests) = (Vec::new(), Vec::new(), Vec::new());
    let mut not_registrar = none.clone();
    not_registrar.may_register = false;
    let mut no_right = choose();
    no_right.may_register = false;
    let mut nobody = choose();
    nobody.parties.clear();
    let mut no_party = choose();
    no_party.errors = consent_choose::no_party(Lang::Bokmal);
    let mut wrong_what = what();
    wrong_what.draft.with[1].gives = CategorySet::EMPTY;
    let faults = [
        consent_what::Wrong::Nothing(1),
        consent_what::Wrong::From,
        consent_what::Wrong::Until,
    ];
    wrong_what.errors = consent_what::wrong(&faults, Lang::Bokmal);
    let mut wrong_form = form();
    wrong_form.typed.is_guardian = true;
    wrong_form.errors = [
        consent_form::Wrong::Whom,
        consent_form::Wrong::Ticks,
        consent_form::Wrong::Given,
        consent_form::Wrong::Line("place"),
        consent_form::Wrong::Line("kept"),
        consent_form::Wrong::Line("taken"),
        consent_form::Wrong::Line("decision"),
    ]
    .into_iter()
    .fold(
        Errors::none().and("number", "Dette er ikke et fødselsnummer."),
        |errors, fault| consent_form::wrong(errors, fault, Lang::Bokmal),
    );
    let mut of_another = registered();
    (of_another.contact, of_another.seen) = (None, None);
    let mut other_person = confirm();
    other_person.errors = own_confirm::other_person(Lang::Bokmal);
    let mut done = confirm();
    done.waiting.clear();
    done.confirmed = vec![(
        "Nav Nordvik".into(),
        set(&[Category::Meeting]),
        at("2026-10-06T10:40:00+02:00"),
    )];
    let mut nothing = done.clone();
    nothing.confirmed.clear();
    vec![
        sample("own-consents", list(), own_consents::render),
        sample("own-consents-leader", of_leader(), own_consents::render),
        sample("own-consents-none", none, own_consents::render),
        sample("own-consents-not-registrar", not_registrar, own_consents::render),
        sample("consent-choose", choose(), consent_choose::render),
        sample("consent-choose-no-right", no_right, consent_choose::render),
        sample("consent-choose-nobody", nobody, consent_choose::render),
        sample("consent-choose-wrong", no_party, consent_choose::render),
        sample("consent-what", what(), consent_what::render),
        sample("consent-what-wrong", wrong_what, consent_what::render),
        sample("consent-form", form(), consent_form::render),
        sample("consent-form-wrong", wrong_form, consent_form::render),
        sample("consent-registered", registered(), consent_registered::render),
        sample("consent-registered-not-yours", of_another, consent_registered::render),
        sample("own-confirm", confirm(), own_confirm::render),
        sample("own-confirm-other-person", other_person, own_confirm::render),
        sample("own-confirm-done", done, own_confirm::render),
        sample("own-confirm-nothing", nothing, own_confirm::render),
    ]
}

pub(super) fn withdrawals() -> Vec<Sample> {
    let preview = withdraw::Step::Preview {
        effect: effect(),
        why: String::new(),
        once: String::new(),
        errors: Errors::none(),
    };
    let choice = withdraw::Step::Choose { errors: Errors::none() };
    vec![
        sample("own-withdraw-choose", withdrawal(choice), withdraw::render),
        sample("own-withdraw-preview", withdrawal(preview), withdraw::render),
        sample(
            "own-withdraw-done",
            withdrawal(withdraw::Step::Done { effect: effect() }),
            withdraw::render,
        ),
    ]
}

pub(super) fn nasty_draft() -> consent_form::Draft {
    let mut draft = draft();
    (draft.participant, draft.key, draft.from, draft.until) = (nasty(), nasty(), nasty(), nasty());
    for with in &mut draft.with {
        (with.id, with.name) = (nasty(), Text::new(&nasty()));
    }
    draft
}

pub(super) fn nasty_pages() -> Vec<Sample> {
    let text = || Text::new(&nasty());
    let nasty_whom = || Whom {
        name: Some(text()),
        pseudonym: nasty(),
    };
    let nasty_grant = || {
        let mut grant = grant(false, Status::Awaits);
        (grant.from, grant.to) = (text(), text());
        grant
    };
    let mut consents = list();
    consents.frame = nasty_page();
    consents.participants.truncate(1);
    for one in &mut consents.participants {
        (one.whom, one.grants) = (nasty_whom(), vec![nasty_grant()]);
    }
    for one in &mut consents.waiting {
        (one.consent, one.whom, one.registrar) = (nasty(), nasty_whom(), text());
        one.to = vec![(text(), CategorySet::EMPTY)];
    }
    consents.requests = vec![super::requests::nasty_request()];
    consents.others = vec![own_consents::Other {
        whom: nasty_whom(),
        ends: None,
        holders: vec![text()],
    }];
    let mut choice = choose();
    (choice.frame, choice.draft) = (nasty_page(), nasty_draft());
    for one in &mut choice.parties {
        (one.id, one.name) = (nasty(), text());
    }
    choice.errors = Errors::none().and("with", nasty());
    let mut content = what();
    (content.frame, content.draft) = (nasty_page(), nasty_draft());
    content.errors = Errors::none().and("from", nasty()).and("give.0", nasty());
    let mut paper = form();
    (paper.frame, paper.draft) = (nasty_page(), nasty_draft());
    paper.lines = vec![Line::Title(nasty()), Line::Choice(nasty()), Line::Blank(nasty())];
    paper.participants = vec![(nasty(), text())];
    paper.typed = consent_form::Typed {
        who: nasty(),
        given: nasty(),
        place: nasty(),
        kept: nasty(),
        taken: nasty(),
        decision: nasty(),
        ..consent_form::Typed::default()
    };
    paper.errors = Errors::none().and("place", nasty()).and("who", nasty());
    let mut done = registered();
    (done.frame, done.contact) = (nasty_page(), Some(text()));
    done.seen = Some(consent_registered::Seen {
        participant: nasty(),
        grants: vec![nasty_grant()],
    });
    let mut confirmation = confirm();
    (confirmation.frame, confirmation.consent, confirmation.to) = (nasty_page(), nasty(), nasty());
    (confirmation.whom, confirmation.registrar) = (text(), text());
    confirmation.waiting = vec![
        (nasty(), text(), CategorySet::EMPTY),
        (nasty(), text(), CategorySet::EMPTY),
    ];
    confirmation.confirmed = vec![(text(), CategorySet::EMPTY, at("2026-10-06T10:40:00+02:00"))];
    confirmation.errors = Errors::none().and("number", nasty()).and("to", nasty());
    vec![
        sample("own-consents", consents, own_consents::render),
        sample("consent-choose", choice, consent_choose::render),
        sample("consent-what", content, consent_what::render),
        sample("consent-form", paper, consent_form::render),
        sample("consent-registered", done, consent_registered::render),
        sample("own-confirm", confirmation, own_confirm::render),
    ]
}
