//! Samples of the pages on which a person of the sender enters a delivery.

use bindeledd_core::Kind;
use bindeledd_core::entry::{AnswerFault, ReceiverSaid};

use super::{Sample, at, mailbox_frame, nasty, sample};
use crate::errors::Errors;
use crate::frame::Section;
use crate::lang::Lang;
use crate::markup::Text;
use crate::view::whom::Whom;
use crate::view::{entries, entry};

const ID: &str = "0197a3c2-0000-7000-8000-000000000041";
const REF: &str = "0197a3c2-0000-4000-8000-000000000042";

fn whom(name: Option<&str>) -> Whom {
    Whom {
        name: name.map(Into::into),
        pseudonym: REF.to_owned(),
    }
}

fn field(name: &str, value: &str) -> entry::Field {
    entry::Field {
        name: name.into(),
        value: value.to_owned(),
    }
}

fn document() -> entry::Document {
    let steps = [
        "Logg inn i Deltakeroversikten hos Nav og finn deltakeren.",
        "Velg «Avslutt deltakelse».",
        "Fyll ut feltene under og send.",
        "Meld fra i Bindeledd at det er ført inn, når Nav har det. Før det er ikke noe sendt til Nav.",
    ];
    entry::Document {
        title: "Forslag om avslutning".into(),
        steps: steps.map(Text::from).to_vec(),
        fields: vec![
            field("Årsak", "Annet: Flytter til en annen kommune"),
            field("Sluttdato", "1. desember 2026"),
            field(
                "Begrunnelse",
                "Deltakeren flytter og fortsetter i et tilsvarende tiltak der. Går videre til: Et annet tiltak.",
            ),
        ],
        to_tell: vec![field("Sted", "Havna 3\nInngang fra gården")],
    }
}

fn view(now: entry::Now) -> entry::View {
    entry::View {
        frame: mailbox_frame(Section::Inbox),
        delivery: ID.to_owned(),
        kind: Kind::MeasureEndProposed,
        whom: whom(Some("Snill Tester")),
        to: "Nav Nordvik".into(),
        at: at("2026-10-06T08:52:00+02:00"),
        now,
        errors: Errors::none(),
    }
}

fn answer(said: ReceiverSaid) -> entry::Answer {
    let rejected = said == ReceiverSaid::Rejected;
    entry::Answer {
        said,
        on: "2026-10-06".parse().unwrap_or_default(),
        words: rejected.then(|| "Deltakeren har vedtak til jul.\nRing oss om det.".to_owned()),
        by: "Blid Måke".into(),
        at: at("2026-10-06T10:12:00+02:00"),
    }
}

fn entered(answer: Option<entry::Answer>) -> entry::Now {
    let form = answer.as_ref().map_or_else(entry::Form::default, |answer| entry::Form {
        said: answer.said.code().to_owned(),
        on: answer.on.to_string(),
        words: answer.words.clone().unwrap_or_default(),
        seen: "1".to_owned(),
    });
    entry::Now::Entered {
        by: "Blid Måke".into(),
        at: at("2026-10-06T09:03:00+02:00"),
        answer,
        form,
    }
}

fn row(standing: entries::Standing) -> entries::Row {
    entries::Row {
        delivery: ID.to_owned(),
        kind: Kind::MeasureEndProposed,
        whom: whom(Some("Snill Tester")),
        to: "Nav Nordvik".into(),
        at: at("2026-10-06T08:52:00+02:00"),
        standing,
    }
}

fn list(rows: Vec<entries::Row>) -> entries::View {
    entries::View {
        frame: mailbox_frame(Section::Inbox),
        rows,
    }
}

pub(super) fn day() -> Vec<Sample> {
    let rows = [
        entries::Standing::ToEnter,
        entries::Standing::NotToEnter,
        entries::Standing::Entered,
        entries::Standing::Answered(ReceiverSaid::Rejected),
    ];
    let mut wrong = view(entered(None));
    wrong.errors = entry::faults(
        entry::unsaid(Lang::Bokmal),
        &[AnswerFault::Day, AnswerFault::NoWords],
        Lang::Bokmal,
    );
    let mut undone = view(entry::Now::ToEnter(None));
    undone.errors = entry::undone(Lang::Bokmal);
    let rejected = answer(ReceiverSaid::Rejected);
    vec![
        sample("entries", list(rows.map(row).to_vec()), entries::render),
        sample("entries-none", list(Vec::new()), entries::render),
        sample("entry", view(entry::Now::ToEnter(Some(document()))), entry::render),
        sample("entry-no-fields", undone, entry::render),
        sample("entry-stopped", view(entry::Now::NotToEnter), entry::render),
        sample("entry-done", view(entered(None)), entry::render),
        sample("entry-wrong", wrong, entry::render),
        sample("entry-rejected", view(entered(Some(rejected))), entry::render),
    ]
}

/// Returns a text as long as a field of a document may be: the person copies it, so that the page does not shorten it.
fn nasty_value() -> String {
    nasty().chars().take(1_000).collect()
}

pub(super) fn nasty_pages() -> Vec<Sample> {
    let text = || Text::new(&nasty());
    let nasty_whom = || Whom {
        name: Some(text()),
        pseudonym: nasty(),
    };
    let frame = || super::mailbox::nasty_mailbox_frame(Section::Inbox);
    let nasty_field = || entry::Field {
        name: text(),
        value: format!("</textarea>{}\n\"><script>", nasty_value()),
    };
    let of = |now| entry::View {
        frame: frame(),
        delivery: nasty(),
        whom: nasty_whom(),
        to: text(),
        ..view(now)
    };
    let document = entry::Document {
        title: text(),
        steps: vec![text()],
        fields: vec![nasty_field(), field("Årsak", &nasty_value())],
        to_tell: vec![nasty_field()],
    };
    let mut refused = answer(ReceiverSaid::Rejected);
    (refused.words, refused.by) = (Some(nasty_value()), text());
    let done = entry::Now::Entered {
        by: text(),
        at: at("2026-10-06T09:03:00+02:00"),
        answer: Some(refused),
        form: entry::Form {
            said: nasty(),
            on: nasty(),
            words: format!("</textarea>{}", nasty_value()),
            seen: nasty(),
        },
    };
    let mut done = of(done);
    done.errors = Errors::none()
        .and("said", nasty())
        .and("on", nasty())
        .and("words", nasty());
    let mut nasty_row = row(entries::Standing::ToEnter);
    (nasty_row.delivery, nasty_row.whom, nasty_row.to) = (nasty(), nasty_whom(), text());
    let rows = entries::View {
        frame: frame(),
        rows: vec![nasty_row],
    };
    let mut stopped = of(entry::Now::NotToEnter);
    stopped.errors = Errors::none().and("how", nasty());
    vec![
        sample("entries", rows, entries::render),
        sample("entry", of(entry::Now::ToEnter(Some(document))), entry::render),
        sample("entry-stopped", stopped, entry::render),
        sample("entry-done", done, entry::render),
    ]
}
