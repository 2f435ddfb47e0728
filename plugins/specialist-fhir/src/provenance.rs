//! The relation of a message to an earlier one, as its Provenance states it.
//!
//! The form follows the nearest published precedent, `MedCom`'s care communication. The Provenance's target is the
//! MessageHeader, its activity is new, reply or forward, and its entity `revision` is the earlier message.

use serde_json::{Value, json};

use crate::coded::concept;
use crate::document::Whole;
use crate::element::Element;
use crate::refusal::{Refused, refuse};
use crate::{codes, identity, url};

/// The effect of a message on an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Activity {
    New,
    Reply,
    Forward,
    Correct,
    Retract,
}

impl Activity {
    pub(crate) const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::New, "new-message", "Ny melding"),
        (Self::Reply, "reply-message", "Svar på en melding"),
        (Self::Forward, "forward-message", "Videresendt melding"),
        (Self::Correct, "correct-message", "Retter en melding"),
        (Self::Retract, "retract-message", "Trekker en melding som var feilsendt"),
    ];

    pub(crate) fn code(self) -> &'static str {
        Self::ALL
            .into_iter()
            .find(|(activity, ..)| *activity == self)
            .map_or("new-message", |(_, code, _)| code)
    }
}

/// The Provenance of a document's own message.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    pub(crate) activity: Option<Activity>,
    /// Id of the earlier message that the message answers, corrects or forwards.
    pub(crate) revises: Option<String>,
    /// Ids of the message's own parts.
    pub(crate) own_parts: Vec<String>,
}

/// Reads the Provenance of the message itself, and skips those of earlier messages in a thread.
pub(crate) fn trail<'a>(whole: &Whole<'a>, header: Element<'a>) -> Result<Trail, Refused> {
    let is_of_this = |provenance: &Element<'a>| {
        provenance.items("target").into_iter().any(|target| {
            whole
                .target(target, *provenance)
                .is_some_and(|found| std::ptr::eq(found.value(), header.value()))
        })
    };
    let found: Vec<_> = whole
        .resources()
        .filter(|r| r.resource_type() == "Provenance")
        .filter(is_of_this)
        .collect();
    let provenance = match found.as_slice() {
        [] => return Ok(Trail::default()),
        [one] => one.mark_all(),
        _ => {
            return Err(refuse(
                "provenance",
                "Flere Provenance sier hva denne meldingen er. Send én for meldingen selv.",
            ));
        }
    };
    let mut trail = Trail {
        activity: activity(provenance)?,
        ..Trail::default()
    };
    if trail.activity == Some(Activity::Forward) {
        return Err(refuse(
            "forwarded",
            "Dokumentet er en videresendt melding. Bindeledd sender aldri andres melding videre: samtykket gjelder den \
             som skrev den. Be avsenderen sende den selv, eller send et spørsmål med egne ord.",
        ));
    }
    for entity in provenance.items("entity") {
        let Some(what) = entity.get("what").and_then(named) else {
            continue;
        };
        match entity.text("role") {
            Some("revision") if trail.revises.is_none() => trail.revises = Some(what),
            Some("revision") => {
                return Err(refuse(
                    "provenance",
                    "Provenance sier at meldingen gjelder flere tidligere meldinger. Oppgi én entity med rollen revision.",
                ));
            }
            Some("source") => trail.own_parts.push(what),
            _ => {}
        }
    }
    Ok(trail)
}

fn activity(provenance: Element<'_>) -> Result<Option<Activity>, Refused> {
    let Some(said) = provenance.get("activity") else {
        return Ok(None);
    };
    let mut codes = said.codes_of(codes::ACTIVITY);
    codes.extend(said.codes_of(codes::MEDCOM_ACTIVITY));
    let known = |code: &str| Activity::ALL.into_iter().find(|(_, known, _)| *known == code);
    match codes.as_slice() {
        [] => Ok(None),
        [code] if known(code).is_some() => Ok(known(code).map(|(activity, ..)| activity)),
        _ => {
            let codes: Vec<_> = Activity::ALL.into_iter().map(|(_, code, _)| code).collect();
            Err(refuse(
                "provenance",
                format!(
                    "Provenance.activity har en ukjent kode. Bruk en av {}.",
                    codes.join(", ")
                ),
            ))
        }
    }
}

/// Returns the id in a reference: by identifier, or as `MessageHeader/<id>` or `urn:uuid:<id>`.
fn named(what: Element<'_>) -> Option<String> {
    let by_identifier = what.get("identifier").and_then(identity::reference_of);
    by_identifier.or_else(|| {
        let of = url::id_of(what.text("reference")?)?;
        let id = of.rsplit('/').next().unwrap_or(&of);
        (!id.is_empty()).then(|| url::bare(id))
    })
}

/// Makes the Provenance of a message that is not the first; `revises` is the earlier message.
pub(crate) fn resource(activity: Activity, header: &str, revises: &str, agent: Value, recorded: &str) -> Value {
    let mut said = concept(codes::ACTIVITY, activity.code());
    if let Some((.., words)) = Activity::ALL.into_iter().find(|(a, ..)| *a == activity) {
        said["text"] = words.into();
    }
    json!({
        "resourceType": "Provenance",
        "target": [{"reference": header}],
        "recorded": recorded,
        "activity": said,
        "agent": [{"who": agent}],
        "entity": [{"role": "revision", "what": {"identifier": identity::identifier(revises)}}],
    })
}
