//! Reads a participant's status at Nav, `deltaker-ekstern-v1`: the progress in the measure, or its end and the reason.

use bindeledd_sdk::catalogue::{
    Body, Conversation, Draft, Kind, NationalId, Participant, Purpose, Recipients, SenderReference, time,
};
use bindeledd_sdk::{Context, Reading};
use serde_json::{Map, Value};

use crate::codes::{self, ParticipantStatus};
use crate::refuse::Problem;

/// Members of the document that are used, and members that no reader needs: ids and times.
const USED: [&str; 10] = [
    "id",
    "gjennomforingId",
    "personIdent",
    "status",
    "deltakelsesmengder",
    "registrertTidspunkt",
    "endretTidspunkt",
    "kilde",
    "sluttDato",
    "startDato",
];

pub(crate) fn read(document: &Value, context: &Context) -> Result<Reading, Problem> {
    let text = |name: &str| document[name].as_str();
    let raw = document["status"]["type"].as_str().unwrap_or_default();
    let status = ParticipantStatus::parse(raw)
        .ok_or_else(|| Problem::unknown_code("status.type", raw, "en av Navs statuser for deltakere"))?;
    let (code, over) = match status {
        ParticipantStatus::NotYet(why) => return Ok(Reading::Nothing(why.into())),
        ParticipantStatus::Open(code) => (code, false),
        ParticipantStatus::Ended(code) => (code, true),
    };
    let id = text("id").ok_or_else(|| Problem::missing("id", "id-en til deltakelsen"))?;
    let changed =
        text("endretTidspunkt").ok_or_else(|| Problem::missing("endretTidspunkt", "når statusen ble endret"))?;
    let sent_at = time::parse_instant(changed).ok_or_else(|| Problem::invalid("endretTidspunkt", "et tidspunkt"))?;
    let person = text("personIdent").and_then(|raw| NationalId::parse(raw).ok());
    let mut left_out = left_out(document);
    let ended = if over { ended(document)? } else { None };
    let mut reference = format!("deltaker:{id}:{changed}");
    let body = if let Some(body) = ended {
        body
    } else {
        let amount = current(&document["deltakelsesmengder"], context);
        // When another amount comes into force, the same document means something else, and becomes another message.
        let from = amount.and_then(|amount| amount["gyldigFraDato"].as_str());
        if let Some(day) = from.and_then(time::parse_date) {
            reference.push_str(&format!(":{day}"));
        }
        going_on(document, code, amount, &mut left_out)?
    };
    let draft = Draft {
        sender_reference: SenderReference::parse(&reference)
            .ok_or_else(|| Problem::invalid("id", "en id av synlige tegn"))?,
        conversation: Conversation::parse(&format!("deltaker:{id}")),
        in_reply_to: None,
        supersedes: None,
        participant: Participant {
            national_id: person
                .ok_or_else(|| Problem::invalid("personIdent", "et fødselsnummer eller D-nummer, 11 siffer"))?,
            name: None,
        },
        handler: None,
        to: Recipients::Circle,
        purpose: Purpose::WorkOrientedFollowup,
        sent_at,
        expires_at: None,
        body,
    };
    Ok(Reading::Messages {
        messages: vec![draft],
        left_out,
        origin: Value::Null,
        wants_receipt: false,
    })
}

/// Reads the end of the measure, if Nav gives reason and day.
fn ended(document: &Value) -> Result<Option<Body>, Problem> {
    let reason = &document["status"]["aarsak"];
    let (Some(raw), Some(day)) = (reason["type"].as_str(), document["sluttDato"].as_str()) else {
        return Ok(None);
    };
    if !codes::is_reason(raw) {
        return Err(Problem::unknown_code("status.aarsak.type", raw, "en av Navs årsaker"));
    }
    let mut fields = Map::new();
    fields.insert("reason".into(), raw.into());
    fields.insert("date".into(), day.into());
    // With any other reason, the text is only the name of the reason.
    let own = reason["beskrivelse"].as_str().filter(|_| raw == "ANNET");
    if let Some(own) = own.map(str::trim).filter(|own| !own.is_empty()) {
        fields.insert("reasonText".into(), own.into());
    }
    let body = Body::parse(Kind::MeasureEnded, Value::Object(fields));
    body.map(Some).map_err(|e| wrong(&e.path))
}

/// Reads the progress: the status, and the present amount of participation.
fn going_on(document: &Value, code: &str, amount: Option<&Value>, left_out: &mut Vec<String>) -> Result<Body, Problem> {
    let mut fields = Map::new();
    fields.insert("status".into(), code.into());
    if let Some(amount) = amount {
        for (ours, navs) in [("percent", "deltakelsesprosent"), ("daysPerWeek", "dagerPerUke")] {
            if !amount[navs].is_null() {
                fields.insert(ours.into(), amount[navs].clone());
            }
        }
    }
    for field in ["startDato", "sluttDato"] {
        if !document[field].is_null() {
            left_out.push(format!("Feltet {field} ble ikke tatt med."));
        }
    }
    if !document["status"]["aarsak"].is_null() {
        left_out.push("Feltet status.aarsak ble ikke tatt med: en årsak sies sammen med sluttdatoen.".into());
    }
    let body = Body::parse(Kind::ProgressUpdate, Value::Object(fields));
    body.map_err(|e| wrong(&e.path))
}

fn wrong(path: &str) -> Problem {
    let (field, expected) = match path.trim_start_matches("body.") {
        "percent" => ("deltakelsesmengder.deltakelsesprosent", "et helt tall fra 0 til 100"),
        "daysPerWeek" => (
            "deltakelsesmengder.dagerPerUke",
            "et tall fra 0 til 7 med høyst én desimal",
        ),
        "date" => ("sluttDato", "en dato, ÅÅÅÅ-MM-DD"),
        "reasonText" => ("status.aarsak.beskrivelse", "tekst på 1 til 200 tegn"),
        _ => ("status", "en status som Bindeledd kjenner"),
    };
    Problem::invalid(field, expected)
}

/// Returns the amount in force: the newest that has begun, or else the first that will.
fn current<'a>(amounts: &'a Value, context: &Context) -> Option<&'a Value> {
    let today = time::local_rfc3339(context.now);
    let today = today.get(..10)?;
    let day = |amount: &&Value| amount["gyldigFraDato"].as_str().unwrap_or_default().to_owned();
    let amounts = amounts.as_array()?;
    let begun = amounts.iter().filter(|amount| day(amount).as_str() <= today);
    begun.max_by_key(day).or_else(|| amounts.iter().min_by_key(day))
}

fn left_out(document: &Value) -> Vec<String> {
    let members = document.as_object().into_iter().flatten();
    members
        .filter(|(name, value)| !value.is_null() && !USED.contains(&name.as_str()))
        .take(20)
        .map(|(name, _)| match (name.as_str(), crate::refuse::code(name)) {
            ("innhold", _) => {
                "Innholdet i tiltaket ble ikke tatt med, fordi det kan si noe om helse (som kartlegge-helse).".into()
            }
            (_, Some(name)) => format!("Feltet {name} er ukjent og ble ikke brukt."),
            (_, None) => "Et ukjent felt ble ikke brukt.".into(),
        })
        .collect()
}
