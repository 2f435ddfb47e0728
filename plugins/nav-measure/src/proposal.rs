//! Proposals, start dates and assessments: a provider's documents to Nav about a participation.
//!
//! Nav's forms contain ids of participation and employee, which are Nav's own and unknown to a hub. The wrapping names the
//! participant instead. Each document has the message's own id.

use bindeledd_sdk::Context;
use bindeledd_sdk::catalogue::{Body, Kind, Message, time};
use serde_json::{Map, Value, json};

use crate::codes::{self, MAX_GROUNDS, clip};
use crate::fields;
use crate::refuse::Problem;
use crate::shape;

/// Makes a proposal. `corrects` is true if its content corrects an earlier one.
pub(crate) fn proposal(message: &Message, body: &Body, corrects: bool) -> Result<Value, Problem> {
    let (change, told) = change(body, corrects)?;
    Ok(json!({
        "type": "Forslag",
        "id": message.id.to_string(),
        "opprettet": local(message),
        "begrunnelse": grounds(body, told),
        "endring": change,
        "status": {"type": "VenterPaSvar"},
    }))
}

/// Withdraws, by its id, a proposal that was sent by mistake. Its content is not repeated, since the hub has no copy.
pub(crate) fn withdrawal(message: &Message, context: &Context) -> Result<Value, Problem> {
    let id = superseded(context)?;
    Ok(json!({
        "type": "Forslag",
        "id": id,
        "status": {"type": "Tilbakekalt", "tilbakekalt": local(message)},
    }))
}

pub(crate) fn superseded(context: &Context) -> Result<&str, Problem> {
    context.references.supersedes.as_deref().ok_or_else(|| {
        Problem::new(
            "not-known-at-nav",
            "Meldingen som rettes, er ikke sendt til Nav herfra, så Nav vet ikke hva rettingen gjelder. Send en ny melding, \
             eller ring Nav-veilederen.",
        )
    })
}

/// Returns the proposed change, and the fields of the body that it covers.
fn change(body: &Body, corrects: bool) -> Result<(Value, &'static [&'static str]), Problem> {
    if body.kind() == Kind::ProgressUpdate {
        return amount(body);
    }
    let day = body.text("proposedDate").or_else(|| body.text("date"));
    let reason = body
        .text("reason")
        .and_then(|reason| codes::proposal_reason(reason, own_words(body)));
    // A measure that has ended had begun, whatever the reason. A measure that is proposed to end for lack of a place had not
    // begun.
    let never_began = body.kind() == Kind::MeasureEndProposed
        && matches!(body.text("reason"), Some("FIKK_IKKE_PLASS" | "KURS_FULLT"));
    let told: &[&str] = match body.text("reasonText") {
        Some(own) if codes::is_cut(own, codes::MAX_REASON_TEXT) => &["reason", "proposedDate", "date"],
        _ => &["reason", "reasonText", "proposedDate", "date"],
    };
    let change = match (day, reason) {
        (_, Some(reason)) if never_began => {
            return Ok((
                json!({"type": "IkkeAktuell", "aarsak": reason}),
                &["reason", "reasonText"],
            ));
        }
        (Some(day), Some(reason)) if corrects && body.kind() == Kind::MeasureEnded => {
            json!({"type": "EndreAvslutning", "aarsak": reason, "harDeltatt": null, "harFullfort": null, "sluttdato": day})
        }
        (Some(day), Some(reason)) => {
            json!({"type": "AvsluttDeltakelse", "sluttdato": day, "aarsak": reason, "harDeltatt": null, "harFullfort": null})
        }
        // The hub withheld the reason or the day. Nav has a proposal for either of them alone.
        (Some(day), None) => json!({"type": "Sluttdato", "sluttdato": day}),
        (None, Some(reason)) => json!({"type": "Sluttarsak", "aarsak": reason}),
        (None, None) => {
            return Err(Problem::new(
                "nothing-to-propose",
                "Verken årsak eller sluttdato kan deles med Nav, og da er det ikke noe å foreslå. Samtykket må dekke dem.",
            ));
        }
    };
    Ok((change, told))
}

/// Chooses the words that Nav's `Annet` requires: the sender's own, or else the grounds, or else the participant's next
/// step.
fn own_words(body: &Body) -> Option<String> {
    let said = body.text("reasonText").or_else(|| body.text("why")).map(str::to_owned);
    said.or_else(|| {
        let outcome = fields::said(body, &[])
            .into_iter()
            .find(|field| field.name == "outcome");
        outcome.map(|field| format!("{}: {}", field.label, field.value))
    })
}

/// Proposes the amount of participation. Nav accepts whole days from 1 to 5; half days are written in the grounds.
fn amount(body: &Body) -> Result<(Value, &'static [&'static str]), Problem> {
    let (percent, from) = shape::changed_amount(body)
        .ok_or_else(|| Problem::invalid("percent", "1 til 100 prosent, som er det Nav tar imot"))?;
    let days = body.get("daysPerWeek").and_then(Value::as_i64);
    let days = days.filter(|days| (1..=5).contains(days));
    let change = json!({
        "type": "Deltakelsesmengde", "deltakelsesprosent": percent, "dagerPerUke": days, "gyldigFra": from,
    });
    Ok((
        change,
        if days.is_some() {
            &["percent", "daysPerWeek", "changedFrom"]
        } else {
            &["percent", "changedFrom"]
        },
    ))
}

/// Makes the document with the day on which the participant begins.
pub(crate) fn start_date(message: &Message, body: &Body) -> Value {
    let mut change = Map::new();
    change.insert("type".into(), "LeggTilOppstartsdato".into());
    change.insert("startdato".into(), body.text("measureFrom").into());
    change.insert("sluttdato".into(), body.text("measureUntil").into());
    json!({
        "type": "EndringFraArrangor",
        "id": message.id.to_string(),
        "opprettet": local(message),
        "endring": change,
    })
}

/// Makes the assessment that a participant does not meet the requirements of the measure.
pub(crate) fn assessment(message: &Message, body: &Body) -> Value {
    json!({
        "type": "Vurdering",
        "id": message.id.to_string(),
        "opprettet": local(message),
        "vurderingstype": "OPPFYLLER_IKKE_KRAVENE",
        "begrunnelse": grounds(body, &["reason"]),
    })
}

/// Fields that a person at Nav must see. They come first, since Nav's limit may cut the text.
const FIRST: [&str; 3] = ["concern", "reasonText", "outcome"];

/// Writes the sender's own words, then the fields of [`FIRST`], then every other value that the form has no field for.
fn grounds(body: &Body, told: &[&str]) -> Value {
    let rest: Vec<&str> = told.iter().copied().chain(["why"]).collect();
    let mut rest = fields::said(body, &rest);
    rest.sort_by_key(|field| FIRST.iter().position(|name| *name == field.name).unwrap_or(FIRST.len()));
    let rest = fields::in_one_line(&rest);
    let parts = [body.text("why").unwrap_or_default(), rest.as_str()];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() {
        Value::Null
    } else {
        clip(&parts.join(" "), MAX_GROUNDS).into()
    }
}

/// Writes the time of sending without a zone: Nav's times are Norwegian.
fn local(message: &Message) -> String {
    let mut text = time::local_rfc3339(message.draft.sent_at);
    text.truncate("2026-12-01T09:00:00".len());
    text
}
