//! Samples of Logg.

use bindeledd_core::audit::AuditAction;

use super::{Sample, at, frame, nasty, nasty_frame, sample};
use crate::errors::Errors;
use crate::frame::Section;
use crate::markup::Text;
use crate::view::log::{Filter, Query, Row, Thing, Verified, View, What, render};
use crate::view::way::Who;

pub(crate) fn day() -> Vec<Sample> {
    let mut filtered = view(false);
    filtered.query = Query::read(|name| match name {
        "action" => Some("party-paused"),
        "actor" => Some("person:a1"),
        "since" => Some("i går"),
        _ => None,
    });
    filtered.not_understood = vec![Filter::Since];
    filtered.verified = Verified::Running {
        since: at("2026-10-06T10:42:01+02:00"),
        by: Who::Person("Klar Vind".into()),
    };
    (filtered.is_later, filtered.newest) = (true, None);
    let empty = View {
        rows: Vec::new(),
        older: None,
        verified: Verified::Never,
        checkpoint: None,
        delivery: "x".to_owned(),
        errors: Errors::none().and("delivery", "Loggen sier ingenting om en leveranse med denne id-en."),
        ..view(false)
    };
    vec![
        sample("log", view(false), render),
        sample("log-filtered", filtered, render),
        sample("log-empty", empty, render),
    ]
}

pub(crate) fn nasty_pages() -> Vec<Sample> {
    vec![sample("log", view(true), render)]
}

fn view(is_nasty: bool) -> View {
    let pick = |usual: &str| if is_nasty { nasty() } else { usual.to_owned() };
    let text = |usual: &str| Text::new(&pick(usual));
    let thing = |what, name: &str, address: &str| Thing {
        what,
        name: text(name),
        address: Some(pick(address)),
    };
    let row = |seq, act, who, things| Row {
        seq,
        at: at("2026-10-06T10:04:12+02:00"),
        act,
        who,
        things,
        why: None,
        proof: None,
    };
    let rows = vec![
        Row {
            why: Some(text("legekontoret bytter system")),
            ..row(
                48_211,
                Ok(AuditAction::PartyPaused),
                Ok(Who::Person(text("Rolig Sti"))),
                vec![thing(What::Party, "Fjellvik legekontor", "/console/parties/fjellvik")],
            )
        },
        Row {
            proof: Some(pick("0190b7a0-1111-7222-8333-444455556666")),
            ..row(
                48_210,
                Ok(AuditAction::Delivered),
                Ok(Who::Hub),
                vec![
                    thing(
                        What::Delivery,
                        "0190b7a0-1111-7222-8333-444455556666",
                        "/console/messages/m1/d1",
                    ),
                    thing(What::Participant, "p-7k3m-q2ra", "/console/participants/p-7k3m-q2ra"),
                ],
            )
        },
        row(48_209, Ok(AuditAction::KeyAdded), Ok(Who::Key), Vec::new()),
        row(48_208, Err(text("older-action")), Err(text("somebody")), Vec::new()),
    ];
    View {
        frame: if is_nasty {
            nasty_frame(Section::Log)
        } else {
            frame(Section::Log)
        },
        query: Query::read(|_| is_nasty.then_some("<script>\"")),
        not_understood: if is_nasty { Filter::ALL.to_vec() } else { Vec::new() },
        parties: vec![(pick("fjellvik"), text("Fjellvik legekontor"))],
        persons: vec![(pick("person:a1"), text("Rolig Sti"))],
        rows,
        older: Some(pick("/console/log?before=48208")),
        is_later: false,
        newest: Some(184_203),
        newer: 3,
        verified: Verified::Done {
            at: at("2026-10-06T09:00:00+02:00"),
            by: Who::Person(text("Klar Vind")),
            size: 48_211,
            root: text("n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="),
            findings: if is_nasty { vec![text("")] } else { Vec::new() },
        },
        checkpoint: Some((48_211, text("n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="))),
        delivery: pick(""),
        errors: Errors::none(),
    }
}
