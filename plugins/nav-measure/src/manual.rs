//! Instructions for a person who enters a document in Nav's own page, in Nav's words. Providers have no other channel today, so
//! that a document without a receiving system must contain the instructions.

use bindeledd_sdk::catalogue::{Body, Message, prose, time};
use serde_json::{Map, Value, json};

use crate::fields::{self, LabelledText};
use crate::shape::Shape;

/// Makes the part `tilManuellRegistrering`.
pub(crate) fn part(shape: Shape, nav: &Value, message: &Message) -> Value {
    let corrected = message.draft.body.corrected_body();
    let body = corrected.as_ref().unwrap_or(&message.draft.body);
    let (choose, mut entries) = match shape {
        Shape::Proposal => proposal(nav),
        Shape::StartDate => ("Legg til oppstartsdato", change_entries(&nav["endring"])),
        Shape::Assessment => ("Vurdering: Oppfyller ikke kravene", Vec::new()),
        Shape::Card | Shape::Dialog => return by_talk(shape, body, message),
    };
    if let Some(grounds) = nav["begrunnelse"].as_str() {
        entries.push(json!({"felt": "Begrunnelse", "verdi": grounds}));
    }
    let mut steps = vec![
        "Logg inn i Deltakeroversikten hos Nav og finn deltakeren.".to_owned(),
        format!("Velg «{choose}»."),
    ];
    steps.extend(corrects(message).map(|earlier| format!("Se at det gjelder {earlier}.")));
    steps.push("Fyll ut feltene under og send.".into());
    let mut part = Map::new();
    part.insert("tittel".into(), heading(shape, nav).into());
    // Nav's page asks only for the dates. The person at Nav still needs the time and place of the meeting.
    let rest = match shape {
        Shape::StartDate => told(&fields::said(body, &["measureFrom", "measureUntil"])),
        Shape::Proposal | Shape::Assessment | Shape::Card | Shape::Dialog => Vec::new(),
    };
    if !rest.is_empty() {
        steps.push(
            "Gi resten til Nav-veilederen slik dere ellers snakker sammen: Deltakeroversikten har ikke noe felt for det.".into(),
        );
        part.insert("tilVeilederen".into(), rest.into());
    }
    steps.push("Meld fra i Bindeledd at det er ført inn, når Nav har det. Før det er ikke noe sendt til Nav.".into());
    part.insert("steg".into(), steps.into());
    part.insert("felter".into(), entries.into());
    Value::Object(part)
}

/// Describes the message that this one corrects, as Nav received it.
fn corrects(message: &Message) -> Option<String> {
    message.corrects.as_ref().map(prose::superseded)
}

fn told(fields: &[LabelledText]) -> Vec<Value> {
    let each = fields
        .iter()
        .map(|field| json!({"felt": field.label, "verdi": field.value}));
    each.collect()
}

fn heading(shape: Shape, nav: &Value) -> &'static str {
    match (shape, nav["endring"]["type"].as_str()) {
        (Shape::Proposal, Some("Deltakelsesmengde")) => "Forslag om endret deltakelsesmengde",
        (Shape::Proposal, Some("IkkeAktuell")) => "Forslag om at deltakelsen ikke er aktuell",
        (Shape::Proposal, Some("Sluttdato")) => "Forslag om endret sluttdato",
        (Shape::Proposal, Some("Sluttarsak")) => "Forslag om endret sluttårsak",
        (Shape::Proposal, Some("EndreAvslutning")) => "Forslag om endret avslutning",
        (Shape::Proposal, Some(_)) => "Forslag om avslutning",
        (Shape::Proposal, None) => "Forslag som trekkes tilbake",
        (Shape::StartDate, _) => "Oppstartsdato",
        (Shape::Assessment, _) => "Vurdering av om kravene er oppfylt",
        (Shape::Card, _) => "Aktivitet i aktivitetsplanen",
        (Shape::Dialog, _) => "Melding til Nav-veilederen",
    }
}

/// Names the entry to choose among Nav's changes, and the fields to fill in.
fn proposal(nav: &Value) -> (&'static str, Vec<Value>) {
    let change = &nav["endring"];
    let choose = match change["type"].as_str() {
        Some("Deltakelsesmengde") => "Endre deltakelsesmengde",
        Some("IkkeAktuell") => "Er ikke aktuell",
        Some("Sluttdato") => "Endre sluttdato",
        Some("Sluttarsak") => "Endre sluttårsak",
        Some("EndreAvslutning") => "Endre avslutning",
        Some(_) => "Avslutt deltakelse",
        None => "Trekk tilbake forslaget",
    };
    (choose, change_entries(change))
}

fn change_entries(change: &Value) -> Vec<Value> {
    let day = |name: &str| {
        let day = change[name].as_str().and_then(time::parse_date);
        day.map(time::norwegian_date)
    };
    let number = |name: &str| change[name].as_i64();
    let reason = || {
        let reason = &change["aarsak"];
        let text = match reason["type"].as_str()? {
            "Syk" => "Syk",
            "FattJobb" => "Fått jobb",
            "TrengerAnnenStotte" => "Trenger annen støtte",
            "FikkIkkePlass" => "Fikk ikke plass",
            "IkkeMott" => "Møter ikke opp",
            "Utdanning" => "Utdanning",
            "AvlystKontrakt" => "Avlyst kontrakt",
            _ => "Annet",
        };
        Some(match reason["beskrivelse"].as_str() {
            Some(own) => format!("{text}: {own}"),
            None => text.to_owned(),
        })
    };
    let entries = [
        ("Årsak", reason()),
        ("Startdato", day("startdato")),
        ("Sluttdato", day("sluttdato")),
        (
            "Deltakelse",
            number("deltakelsesprosent").map(|n| format!("{n} prosent")),
        ),
        ("Dager i uken", number("dagerPerUke").map(|n| n.to_string())),
        ("Gjelder fra", day("gyldigFra")),
    ];
    let there = entries.into_iter().filter_map(|(field, value)| Some((field, value?)));
    there
        .map(|(field, value)| json!({"felt": field, "verdi": value}))
        .collect()
}

/// Writes instructions for a message that has no entry in Nav's page: somebody tells its content to the person at Nav.
fn by_talk(shape: Shape, body: &Body, message: &Message) -> Value {
    let earlier = corrects(message).map(|earlier| json!({"felt": "Retter", "verdi": earlier}));
    let entries = earlier.into_iter().chain(told(&fields::said(body, &[])));
    json!({
        "tittel": heading(shape, &Value::Null),
        "steg": [
            "Deltakeroversikten hos Nav har ikke noe felt for dette.",
            "Gi det til Nav-veilederen til deltakeren slik dere ellers snakker sammen.",
            "Meld fra i Bindeledd at det er gitt videre, når veilederen har fått det. Før det er ikke noe sendt til Nav.",
        ],
        "felter": entries.collect::<Vec<_>>(),
    })
}
