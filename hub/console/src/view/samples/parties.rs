//! Samples of the pages about parties.

use bindeledd_core::{PartyField, PartyKind};
use jiff::SignedDuration;

use super::{Sample, at, frame, nasty, nasty_frame, sample};
use crate::errors::Errors;
use crate::frame::Section;
use crate::mark::Standing;
use crate::markup::Text;
use crate::view::field_change::FieldChange;
use crate::view::party::{self, Outcome, What, Which, Whose};
use crate::view::{parties, party_back, party_confirm, party_form, party_key};

fn row(id: &str, name: &str, kind: PartyKind, standing: Standing) -> parties::Row {
    parties::Row {
        id: id.into(),
        name: name.into(),
        kind,
        standing,
        since: None,
        waiting: 0,
        oldest: None,
        adapter: None,
    }
}

fn list() -> parties::View {
    parties::View {
        frame: frame(Section::Parties),
        filter: parties::Filter::default(),
        not_understood: Vec::new(),
        in_hub: 9,
        rows: vec![
            parties::Row {
                since: Some(at("2026-10-06T08:27:00+02:00")),
                waiting: 14,
                oldest: Some(at("2026-10-06T08:27:00+02:00")),
                adapter: Some("gp-dialogmelding".into()),
                ..row("fjellvik", "Fjellvik legekontor", PartyKind::Gp, Standing::NotAccepting)
            },
            parties::Row {
                since: Some(at("2026-10-05T14:05:00+02:00")),
                waiting: 2,
                oldest: Some(at("2026-10-05T15:00:00+02:00")),
                ..row("havneservice", "Havneservice", PartyKind::Employer, Standing::Paused)
            },
            row("solsiden", "Solsiden helse", PartyKind::Other, Standing::Accepting),
            parties::Row {
                adapter: Some("nav-measure".into()),
                ..row("nav-nordvik", "Nav Nordvik", PartyKind::NavOffice, Standing::Accepting)
            },
            row(
                "fontenehuset",
                "Fontenehuset Nordvik",
                PartyKind::Clubhouse,
                Standing::Fetches,
            ),
        ],
        older: None,
        may_add: true,
    }
}

fn step(which: Which, result: Outcome, took: Option<i64>, detail: &str) -> party::Step {
    party::Step {
        which,
        result,
        took: took.map(SignedDuration::from_millis),
        detail: detail.into(),
    }
}

fn steps() -> Vec<party::Step> {
    vec![
        step(Which::Setup, Outcome::Well, Some(1), ""),
        step(Which::Name, Outcome::Well, Some(4), "meldingstjener.example.no"),
        step(Which::Tls, Outcome::Well, Some(38), "TLS 1.3"),
        step(Which::Credential, Outcome::Well, Some(112), "helsenettet"),
        step(
            Which::Service,
            Outcome::Fault {
                whose: Whose::Line,
                code: Some("BL-4002".into()),
            },
            Some(2130),
            "HTTP 503",
        ),
    ]
}

fn field(field: PartyField, from: Option<&str>, to: Option<&str>) -> FieldChange {
    FieldChange {
        field,
        from: from.map(Into::into),
        to: to.map(Into::into),
        is_hidden: false,
    }
}

fn fields() -> Vec<FieldChange> {
    vec![
        field(PartyField::Phone, None, Some("77 00 00 10")),
        field(
            PartyField::Address,
            Some("https://gammel.example.no"),
            Some("https://meldingstjener.example.no"),
        ),
        field(PartyField::Setting("api".to_owned()), Some("1"), Some("2")),
    ]
}

fn failing() -> party::View {
    let change = |time: &str, what, by: &str| party::Change {
        at: at(time),
        what,
        by: by.into(),
        why: None,
        version: None,
        fields: Vec::new(),
        back_to: None,
    };
    party::View {
        frame: frame(Section::Parties),
        id: "fjellvik".into(),
        name: "Fjellvik legekontor".into(),
        kind: PartyKind::Gp,
        her_id: Some("8142952".into()),
        org_number: Some("974 760 924".into()),
        phone: Some("77 00 00 10".into()),
        standing: Standing::NotAccepting,
        since: Some(at("2026-10-06T08:27:00+02:00")),
        hold: None,
        backlog: party::Backlog {
            waiting: 14,
            oldest: Some(at("2026-10-06T08:27:00+02:00")),
            next_attempt: Some(at("2026-10-06T10:48:02+02:00")),
        },
        test: Some(party::Test {
            at: at("2026-10-06T10:41:50+02:00"),
            by: Some("Klar Vind".into()),
            steps: steps(),
        }),
        endpoint: Some(party::Endpoint {
            adapter: "gp-dialogmelding 0.9.2".into(),
            address: Some("https://meldingstjener.example.no".into()),
            her_id: Some("8094866".into()),
            credential: Some("helsenettet".into()),
            receipt_within: SignedDuration::from_hours(24),
            in_flight: 4,
        }),
        is_registrar: false,
        trusts: vec!["Nordvik AFT".into()],
        certificates: vec![
            party::Certificate {
                name: "Helsenettet".into(),
                is_ours: true,
                expires: at("2026-10-29T12:00:00+01:00"),
            },
            party::Certificate {
                name: "meldingstjener.example.no".into(),
                is_ours: false,
                expires: at("2027-03-14T12:00:00+01:00"),
            },
        ],
        keys: vec![party::Key {
            id: "9f2c51aa0b7e11de".into(),
            added_at: at("2026-06-03T09:00:00+02:00"),
        }],
        changes: vec![
            party::Change {
                why: Some("vedlikehold er over".into()),
                ..change("2026-09-12T09:02:00+02:00", What::Resumed, "Klar Vind")
            },
            party::Change {
                version: Some(2),
                fields: fields(),
                back_to: Some(1),
                ..change("2026-09-11T13:20:00+02:00", What::Edited, "Rolig Sti")
            },
            party::Change {
                version: Some(1),
                ..change("2026-06-03T09:00:00+02:00", What::Added, "Rolig Sti")
            },
        ],
        may_act: true,
        figures: Some(figures()),
    }
}

/// Returns the figures of a day with an outage since 08.15.
fn figures() -> crate::view::party_figures::Figures {
    let begin = at("2026-10-06T04:00:00+02:00");
    let quarter = |n: i64| {
        let waiting = u64::try_from((n - 16).max(0)).unwrap();
        (begin + SignedDuration::from_mins(15 * n), waiting)
    };
    let mut month = bindeledd_core::delivery::flow::Flow::default();
    (month.sent, month.delivered, month.bad, month.blocked) = (1_204, 1_180, 3, 7);
    (month.latencies[4], month.latencies[6]) = (1_100, 80);
    crate::view::party_figures::Figures {
        backlog: (0..27).map(quarter).collect(),
        month,
    }
}

/// The last quarter of a day, with each hour on the axis.
fn evening() -> party::View {
    let mut view = failing();
    let begin = at("2026-10-06T00:00:00+02:00");
    let quarter = |n: i64| (begin + SignedDuration::from_mins(15 * n), u64::from(n > 60));
    view.frame.now = at("2026-10-06T23:50:00+02:00");
    view.figures.get_or_insert_with(figures).backlog = (0..96).map(quarter).collect();
    view
}

fn paused() -> party::View {
    party::View {
        id: "havneservice".into(),
        name: "Havneservice".into(),
        kind: PartyKind::Employer,
        her_id: None,
        standing: Standing::Paused,
        hold: Some(party::Hold {
            by: "Klar Vind".into(),
            why: "de flytter tjeneren i kveld".into(),
            until: Some(at("2026-10-07T06:00:00+02:00")),
        }),
        test: None,
        certificates: Vec::new(),
        keys: Vec::new(),
        changes: Vec::new(),
        trusts: Vec::new(),
        ..failing()
    }
}

/// A party with a public label, that calls the hub, for a person who may only look.
fn labelled() -> party::View {
    party::View {
        id: "solsiden".into(),
        name: "Solsiden helse".into(),
        kind: PartyKind::Other,
        her_id: None,
        org_number: None,
        standing: Standing::Fetches,
        since: None,
        backlog: party::Backlog::default(),
        test: None,
        endpoint: None,
        changes: vec![party::Change {
            at: at("2026-09-11T13:20:00+02:00"),
            what: What::Edited,
            by: "Rolig Sti".into(),
            why: None,
            version: Some(2),
            fields: vec![FieldChange {
                is_hidden: true,
                ..field(PartyField::Name, None, None)
            }],
            back_to: Some(1),
        }],
        is_registrar: true,
        may_act: false,
        hold: None,
        ..paused()
    }
}

fn confirm(act: party_confirm::Act, until: Option<&str>) -> party_confirm::View {
    party_confirm::View {
        frame: frame(Section::Parties),
        id: "fjellvik".into(),
        name: "Fjellvik legekontor".into(),
        act,
        why: String::new(),
        until: until.map(str::to_owned),
        once: "e1".to_owned(),
        errors: Errors::none(),
    }
}

fn back() -> party_back::View {
    party_back::View {
        frame: frame(Section::Parties),
        id: "fjellvik".into(),
        name: "Fjellvik legekontor".into(),
        to: 1,
        from: 2,
        changes: fields(),
        undone: vec![party_back::Undone {
            version: 2,
            made: Some((at("2026-10-05T14:05:00+02:00"), "Rolig Sti".into())),
        }],
        misfit: None,
        why: String::new(),
        errors: Errors::none(),
    }
}

fn edit() -> party_form::View {
    party_form::View {
        edited: Some(party_form::Edited {
            id: "fjellvik".into(),
            name: "Fjellvik legekontor".into(),
            version: 3,
            has_more: true,
            others: None,
        }),
        errors: Errors::none(),
        ..form()
    }
}

fn late_edit() -> party_form::View {
    let mut late = edit();
    if let Some(edited) = &mut late.edited {
        edited.others = Some(party_form::Others {
            by: vec!["Rolig Sti".into()],
            changes: fields(),
        });
    }
    late
}

fn form() -> party_form::View {
    party_form::View {
        frame: frame(Section::Parties),
        edited: None,
        typed: party_form::Typed {
            id: "Fjell Vik".to_owned(),
            name: "Fjellvik legekontor".to_owned(),
            kind: "gp".to_owned(),
            adapter: "gp-dialogmelding".to_owned(),
            registrar: true,
            person: party_form::TypedPerson {
                given: "Grønn".to_owned(),
                ..party_form::TypedPerson::default()
            },
            contacts: vec![
                party_form::TypedContact {
                    name: "Siri Dal".to_owned(),
                    role: "jobbkonsulent".to_owned(),
                    phone: "22334456".to_owned(),
                    ..party_form::TypedContact::default()
                },
                party_form::TypedContact {
                    phone: "22334457".to_owned(),
                    ..party_form::TypedContact::default()
                },
            ],
            ..party_form::Typed::default()
        },
        adapters: vec!["gp-dialogmelding".into(), "nav-measure".into()],
        errors: Errors::none()
            .and("id", "Id-en har store bokstaver. Eksempel: fjellvik")
            .and("contact-2-name", "Fyll ut feltet.")
            .and("person-family", "Fyll ut feltet."),
    }
}

fn key() -> party_key::View {
    party_key::View {
        frame: frame(Section::Parties),
        id: "fjellvik".into(),
        name: "Fjellvik legekontor".into(),
        key: "blk_0123456789abcdef0123456789abcdef".into(),
        public_id: "9f2c51aa0b7e11de".into(),
        has_others: true,
    }
}

pub(super) fn day() -> Vec<Sample> {
    use party_confirm::Act;
    let empty = parties::View {
        in_hub: 0,
        rows: Vec::new(),
        ..list()
    };
    let none = parties::View {
        rows: Vec::new(),
        filter: parties::Filter {
            text: "fjord".to_owned(),
            kind: Some(PartyKind::Gp),
            standing: Some(Standing::Paused),
        },
        not_understood: vec!["slags".into()],
        ..list()
    };
    let wrong = party_confirm::View {
        errors: Errors::none().and("why", "Skriv hvorfor."),
        ..confirm(Act::Pause { waiting: 14 }, Some(""))
    };
    let misfit = party_back::View {
        misfit: Some((
            "Versjon 1 passer ikke lenger: ingen adapter `gp-dialogmelding` er satt opp".into(),
            "BL-1163".into(),
        )),
        ..back()
    };
    let revoke = Act::RevokeKey {
        key: "9f2c51aa0b7e11de".into(),
        added_at: at("2026-06-03T09:00:00+02:00"),
        left: 0,
    };
    vec![
        sample("parties", list(), parties::render),
        sample("parties-empty", empty, parties::render),
        sample("parties-none", none, parties::render),
        sample("party", failing(), party::render),
        sample("party-evening", evening(), party::render),
        sample("party-paused", paused(), party::render),
        sample("party-labelled", labelled(), party::render),
        sample("party-pause", wrong, party_confirm::render),
        sample(
            "party-resume",
            confirm(Act::Resume { waiting: 14 }, None),
            party_confirm::render,
        ),
        sample(
            "party-suspend",
            confirm(Act::Suspend { waiting: 14, keys: 2 }, None),
            party_confirm::render,
        ),
        sample(
            "party-unsuspend",
            confirm(Act::Unsuspend { waiting: 1 }, None),
            party_confirm::render,
        ),
        sample("party-revoke", confirm(revoke, None), party_confirm::render),
        sample(
            "party-revoke-all",
            confirm(Act::RevokeAll { keys: 2 }, None),
            party_confirm::render,
        ),
        sample(
            "party-new-key",
            confirm(Act::NewKey { keys: 1 }, None),
            party_confirm::render,
        ),
        sample("party-key", key(), party_key::render),
        sample("party-form", form(), party_form::render),
        sample("party-edit", edit(), party_form::render),
        sample("party-edit-late", late_edit(), party_form::render),
        sample("party-back", back(), party_back::render),
        sample("party-back-misfit", misfit, party_back::render),
    ]
}

fn nasty_party() -> party::View {
    let text = || Text::new(&nasty());
    let mut one = failing();
    one.frame = nasty_frame(Section::Parties);
    (one.id, one.name, one.phone, one.her_id) = (text(), text(), Some(text()), Some(text()));
    (one.org_number, one.trusts) = (Some(text()), vec![text()]);
    one.hold = Some(party::Hold {
        by: text(),
        why: text(),
        until: None,
    });
    if let Some(test) = &mut one.test {
        test.by = Some(text());
        for step in &mut test.steps {
            step.detail = text();
        }
    }
    if let Some(endpoint) = &mut one.endpoint {
        (endpoint.adapter, endpoint.address) = (text(), Some(text()));
        (endpoint.her_id, endpoint.credential) = (Some(text()), Some(text()));
    }
    one.certificates[0].name = text();
    one.keys[0].id = text();
    (one.changes[0].by, one.changes[0].why) = (text(), Some(text()));
    one.changes[0].fields = vec![
        field(PartyField::Setting(nasty()), Some(&nasty()), None),
        field(PartyField::Kind, Some(&nasty()), Some(&nasty())),
    ];
    one
}

#[expect(clippy::too_many_lines, reason = "a list of pages")]
pub(super) fn nasty_pages() -> Vec<Sample> {
    let text = || Text::new(&nasty());
    let mut list = list();
    list.frame = nasty_frame(Section::Parties);
    list.filter.text = nasty();
    list.not_understood = vec![text()];
    list.older = Some(nasty());
    for row in &mut list.rows {
        (row.id, row.name, row.adapter) = (text(), text(), Some(text()));
    }
    let one = nasty_party();
    let revoke = party_confirm::Act::RevokeKey {
        key: text(),
        added_at: at("2026-06-03T09:00:00+02:00"),
        left: 3,
    };
    let confirm = party_confirm::View {
        frame: nasty_frame(Section::Parties),
        id: text(),
        name: text(),
        why: nasty(),
        once: nasty(),
        errors: Errors::none().and("why", nasty()).and("until", nasty()),
        ..confirm(revoke, Some(&nasty()))
    };
    let key = party_key::View {
        frame: nasty_frame(Section::Parties),
        id: text(),
        name: text(),
        key: text(),
        public_id: text(),
        has_others: true,
    };
    let typed = party_form::Typed {
        id: nasty(),
        name: nasty(),
        kind: nasty(),
        label: nasty(),
        public_phone: nasty(),
        org_number: nasty(),
        her_id: nasty(),
        phone: nasty(),
        registrar: false,
        notify: nasty(),
        adapter: nasty(),
        address: nasty(),
        credential: nasty(),
        endpoint_her: nasty(),
        endpoint_org: nasty(),
        settings: "<script>alert(1)</script>\"'><img src=x onerror=y>".to_owned(),
        in_flight: nasty(),
        timeout: nasty(),
        receipt: nasty(),
        poll: nasty(),
        person: party_form::TypedPerson {
            given: nasty(),
            family: nasty(),
            hpr: nasty(),
            her: nasty(),
        },
        contacts: vec![party_form::TypedContact {
            name: nasty(),
            role: nasty(),
            unit: nasty(),
            phone: nasty(),
        }],
    };
    let back = party_back::View {
        frame: nasty_frame(Section::Parties),
        id: text(),
        name: text(),
        changes: one.changes[0].fields.clone(),
        undone: vec![party_back::Undone {
            version: 2,
            made: Some((at("2026-10-05T14:05:00+02:00"), text())),
        }],
        misfit: Some((text(), text())),
        why: nasty(),
        ..back()
    };
    let form = party_form::View {
        frame: nasty_frame(Section::Parties),
        edited: Some(party_form::Edited {
            id: text(),
            name: text(),
            version: 3,
            has_more: true,
            others: Some(party_form::Others {
                by: vec![text()],
                changes: one.changes[0].fields.clone(),
            }),
        }),
        typed,
        adapters: vec![text()],
        errors: Errors::none().and("id", nasty()).and("settings", nasty()),
    };
    vec![
        sample("parties", list, parties::render),
        sample("party", one, party::render),
        sample("party-confirm", confirm, party_confirm::render),
        sample("party-key", key, party_key::render),
        sample("party-form", form, party_form::render),
        sample("party-back", back, party_back::render),
    ]
}
