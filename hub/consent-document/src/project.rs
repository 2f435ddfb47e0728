//! The project's JSON for a consent. Its schema is `docs/schemas/consent.json`.

use bindeledd_core::consent::{Basis, Evidence, GivenBy, Moment, Period};
use bindeledd_core::{ConsentId, InputCode, InputError, NationalId, ParticipantRef, PartyName, time};
use bindeledd_fields::Fields;
use serde_json::Value;

use crate::document::{
    CONSENT_SCHEMA, ConsentDocument, DIGEST, DocumentGrant, DocumentParticipant, DocumentStatus, category,
    checked_period, purpose,
};

const PARTY: &str = "a party: its id, org:<organisation number> or her:<HER-id>";
const MOMENT: &str = "a day, YYYY-MM-DD, or a time, RFC 3339";

pub(super) fn read(value: Value) -> Result<ConsentDocument, InputError> {
    let mut root = Fields::of(value, "")?;
    let schema = root.need_text("schema", CONSENT_SCHEMA)?;
    if schema != CONSENT_SCHEMA {
        return Err(root.error(InputCode::Invalid, "schema", CONSENT_SCHEMA));
    }
    let id = match root.text("id")? {
        None => None,
        Some(raw) => Some(ConsentId::parse(&raw).ok_or_else(|| root.error(InputCode::Invalid, "id", "a UUID"))?),
    };
    let document = ConsentDocument {
        id,
        version: version(&mut root)?,
        participant: participant(&mut root)?,
        given_at: root.need_read("givenAt", "when it was given, RFC 3339", time::parse_instant)?,
        given_by: given_by(&mut root)?,
        controller: party(&mut root, "controller")?,
        evidence: evidence(&mut root)?,
        text_version: root.need_text("textVersion", "the version of the text that was signed")?,
        period: period(root.need_object("period", "when the consent holds")?)?,
        grants: grants(&mut root)?,
        status: status(&mut root)?,
    };
    root.finish(
        "one of schema, id, version, participant, givenAt, givenBy, controller, evidence, textVersion, period, grants, status, \
         withdrawnAt",
    )?;
    Ok(document)
}

/// Reads the version of the document. A new document may omit the version, which is then 1.
fn version(root: &mut Fields) -> Result<u32, InputError> {
    let Some(value) = root.take("version") else {
        return Ok(1);
    };
    let version = value.as_u64().and_then(|v| u32::try_from(v).ok()).filter(|v| *v >= 1);
    version.ok_or_else(|| root.error(InputCode::Invalid, "version", "a whole number from 1"))
}

fn participant(root: &mut Fields) -> Result<DocumentParticipant, InputError> {
    let mut participant = root.need_object("participant", "the participant")?;
    if participant.has("ref") {
        let pseudonym = participant.need_read("ref", "the pseudonym that a hub gave", ParticipantRef::parse)?;
        participant.finish("one of nationalId, ref")?;
        return Ok(DocumentParticipant::Pseudonym(pseudonym));
    }
    let raw = participant.need_text("nationalId", "the participant's national identity number")?;
    let id = NationalId::parse(&raw).map_err(|e| participant.error(InputCode::Invalid, "nationalId", e.to_string()))?;
    participant.finish("one of nationalId, ref")?;
    Ok(DocumentParticipant::NationalId(id))
}

fn given_by(root: &mut Fields) -> Result<GivenBy, InputError> {
    let mut given_by = root.need_object("givenBy", "who gave it")?;
    let role = given_by.need_text("role", "participant or guardian")?;
    let who = match role.as_str() {
        "participant" => GivenBy::Participant,
        "guardian" => GivenBy::Guardian {
            basis: given_by.need_text("basis", "the decision that makes them a guardian")?,
        },
        _ => return Err(given_by.error(InputCode::UnknownCode, "role", "participant or guardian")),
    };
    given_by.finish("role, and for a guardian basis")?;
    Ok(who)
}

/// Reads the `evidence` of a consent or of a confirmation.
///
/// # Errors
/// The fault, with its place.
pub fn evidence(root: &mut Fields) -> Result<Evidence, InputError> {
    let mut evidence = root.need_object("evidence", "the evidence that the consent was given")?;
    let kind = evidence.need_text("type", "the type of evidence, such as signed-form")?;
    let reference = evidence.need_text("reference", "where the evidence is kept")?;
    let sha256 = evidence.read("sha256", DIGEST, Evidence::parse_sha256)?;
    evidence.finish("one of type, reference, sha256")?;
    Ok(Evidence {
        kind,
        reference,
        sha256,
    })
}

fn party(fields: &mut Fields, name: &str) -> Result<PartyName, InputError> {
    fields.need_read(name, PARTY, |raw| PartyName::parse(raw).ok())
}

fn period(mut fields: Fields) -> Result<Period, InputError> {
    let start = fields.need_read("start", MOMENT, Moment::parse)?;
    let end = fields.read("end", MOMENT, Moment::parse)?;
    let place = fields.path("end");
    fields.finish("one of start, end")?;
    checked_period(Period { start, end }, place)
}

fn grants(root: &mut Fields) -> Result<Vec<DocumentGrant>, InputError> {
    let grants = root.list("grants", "a list with at least one grant")?;
    grants
        .into_iter()
        .map(|(path, value)| grant(Fields::of(value, path)?))
        .collect()
}

fn grant(mut fields: Fields) -> Result<DocumentGrant, InputError> {
    let code = fields.need_text("purpose", "the purpose of the grant")?;
    let listed = fields.list("categories", "a list with at least one data category")?;
    let mut categories = Vec::with_capacity(listed.len());
    for (path, value) in listed {
        let code = value
            .as_str()
            .ok_or_else(|| InputError::new(InputCode::Invalid, path.as_str(), "a data category"))?;
        categories.push(category(&path, code)?);
    }
    let grant = DocumentGrant {
        from: party(&mut fields, "from")?,
        to: party(&mut fields, "to")?,
        purpose: purpose(&fields.path("purpose"), &code)?,
        categories: categories.into_iter().collect(),
        basis: basis(&mut fields)?,
        period: fields.object("period")?.map(period).transpose()?,
        awaits_confirmation: fields.flag("confirmed")? == Some(false),
    };
    fields.finish("one of from, to, purpose, categories, basis, period, confirmed")?;
    Ok(grant)
}

fn basis(fields: &mut Fields) -> Result<Basis, InputError> {
    let expected = "consent, or {\"duty\": the legal reference}";
    let path = fields.path("basis");
    match fields.take("basis") {
        None => Ok(Basis::Consent),
        Some(Value::String(code)) if code == "consent" => Ok(Basis::Consent),
        Some(value @ Value::Object(_)) => {
            let mut duty = Fields::of(value, path)?;
            let reference = duty.need_text("duty", "the legal reference")?;
            duty.finish("duty")?;
            Ok(Basis::Duty { reference })
        }
        Some(_) => Err(InputError::new(InputCode::UnknownCode, path, expected)),
    }
}

fn status(root: &mut Fields) -> Result<DocumentStatus, InputError> {
    // A consent without a status is active.
    let status = root.text("status")?;
    match status.as_deref().unwrap_or("active") {
        // An active consent with a time of withdrawal contradicts itself. The time is refused later, like an unknown
        // field.
        "active" => Ok(DocumentStatus::Active),
        "withdrawn" => {
            let at = root.read("withdrawnAt", "when it was withdrawn, RFC 3339", time::parse_instant)?;
            Ok(DocumentStatus::Withdrawn { at })
        }
        _ => Err(root.error(InputCode::UnknownCode, "status", "active or withdrawn")),
    }
}
