//! Reads documents from Nav. They have no common field for their type, so that their own fields distinguish them.

use bindeledd_sdk::catalogue::json;
use bindeledd_sdk::{Context, Reading};
use serde_json::Value;

use crate::answer::{self, Answer};
use crate::format::FORMAT;
use crate::refuse::Problem;
use crate::{dialog, envelope, guard, status};

pub(crate) fn document(body: &[u8], context: &Context) -> Result<Reading, Problem> {
    let document = json::parse(body).map_err(|e| Problem::new("unreadable", e.in_norwegian()))?;
    match &document {
        Value::Array(items) => list(items),
        Value::Object(_) => object(&document, context),
        _ => Err(unknown()),
    }
}

fn object(document: &Value, context: &Context) -> Result<Reading, Problem> {
    let has = |name: &str| document.get(name).is_some();
    // An answer about a card may contain the card. The answer is recognised by its own fields, and the rest is ignored.
    if let Some(answer) = answer::read(document) {
        return Ok(match answer? {
            Answer::Final(receipt) => Reading::Receipt(receipt),
            Answer::Pending(_) => {
                Reading::Nothing("Nav har forslaget og har ikke svart ennå. Leveransen venter på svaret.".into())
            }
        });
    }
    guard::no_diagnosis(document)?;
    if has("format") {
        return if document["format"] == FORMAT {
            envelope::read(document, context)
        } else {
            Err(Problem::invalid("format", FORMAT))
        };
    }
    if has("patientIdent") && has("sender") {
        return Err(Problem::new(
            "wrong-way",
            "Dette er en dialogmelding til Nav, og Nav er avsender her. Nav sender med feltet providerId.",
        ));
    }
    if has("patientIdent") {
        return dialog::read(document, context);
    }
    if has("personIdent") && has("gjennomforingId") {
        return status::read(document, context);
    }
    if has("deltakerId") && (has("personident") || has("etternavn")) {
        return Ok(personalia());
    }
    if matches!(document["type"].as_str(), Some("Vurdering" | "EndringFraArrangor")) || has("aktivitetskort") {
        return Err(Problem::new(
            "wrong-way",
            "Vurderinger, oppstartsdatoer og aktivitetskort går fra arrangøren til Nav. Nav svarer med en kvittering.",
        ));
    }
    Err(unknown())
}

/// Ignores a list of participants' ids or personal details; refuses any other list.
fn list(items: &[Value]) -> Result<Reading, Problem> {
    let is_personal = |item: &Value| item.is_string() || item.get("personident").is_some();
    if !items.is_empty() && items.iter().all(is_personal) {
        return Ok(personalia());
    }
    Err(unknown())
}

/// Ignores names, offices and address protection. Parties that may have these details get them from Nav.
fn personalia() -> Reading {
    Reading::Nothing("Personalia flyttes aldri gjennom Bindeledd, og det er ingenting annet i dokumentet.".into())
}

fn unknown() -> Problem {
    Problem::new(
        "not-a-nav-document",
        "Dokumentet er ikke av en form som Bindeledd kjenner fra Nav: deltakerstatus, svar på forslag, kvittering for \
         aktivitetskort, dialogmelding, eller en melding i Bindeledds egen innpakning.",
    )
}
