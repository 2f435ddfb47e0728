//! FHIR R4 `Consent`, read into the project's form.
//!
//! The root provision denies, and has a period. It contains one nested `permit` for each grant: the actor IRCP is the
//! receiver, and the data `authoredby` names the sender. Purpose and security labels are the project's codes.
//! Exceptions, references, foreign codes and everything else that could narrow or widen a permission are refused, and
//! the error names the place.

use bindeledd_core::consent::{Basis, Evidence, GivenBy, Moment, Period};
use bindeledd_core::{
    ConsentId, HerId, InputCode, InputError, NationalId, OrgNumber, ParticipantRef, PartyId, PartyName, Purpose,
    canonical_id, time,
};
use bindeledd_fields::Fields;
use jiff::Timestamp;
use serde_json::Value;

use crate::document::{
    ConsentDocument, DIGEST, DocumentGrant, DocumentParticipant, DocumentStatus, category, checked_period, purpose,
};

/// Code system of data categories.
pub const DATA_CATEGORY: &str = "https://bindeledd.example/fhir/CodeSystem/data-category";
/// Code system of purposes.
pub const PURPOSE: &str = "https://bindeledd.example/fhir/CodeSystem/purpose";
/// Naming system of parties.
pub const PARTY: &str = "https://bindeledd.example/fhir/NamingSystem/party";
pub(super) const EXTENSIONS: &str = "https://bindeledd.example/fhir/StructureDefinition/";
/// Naming system of a hub's pseudonyms.
pub(super) const PARTICIPANT: &str = "https://bindeledd.example/fhir/NamingSystem/participant";
/// Code systems and codes of the tag for a part of a resource.
pub(super) const OBSERVATION_VALUE: &str = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";
pub(super) const SUBSETTED: &str = "SUBSETTED";
pub(super) const AWAITS: &str = "grant-awaits-confirmation";
const WITHDRAWN: [&str; 2] = [
    "https://bindeledd.example/fhir/StructureDefinition/consent-withdrawn",
    "https://example.org/fhir/StructureDefinition/consent-withdrawn",
];
pub(super) const PARTICIPATION: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
pub(super) const SCOPE: &str = "http://terminology.hl7.org/CodeSystem/consentscope";
pub(super) const ACT_CODE: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
pub(super) const LOINC: &str = "http://loinc.org";

/// OID of Norwegian organisation numbers.
pub const ORG_NUMBER: &str = "2.16.578.1.12.4.1.4.101";
/// OID of HER-ids.
pub const HER_ID: &str = "2.16.578.1.12.4.1.2";
pub(super) const BIRTH_NUMBER: &str = "2.16.578.1.12.4.1.4.1";
pub(super) const D_NUMBER: &str = "2.16.578.1.12.4.1.4.2";

/// Type of evidence if the document names none.
pub(super) const DOCUMENT: &str = "document";

pub(super) fn read(value: Value) -> Result<ConsentDocument, InputError> {
    let mut root = Fields::of(value, "")?;
    if root.need_text("resourceType", "Consent")? != "Consent" {
        return Err(root.error(InputCode::Invalid, "resourceType", "Consent"));
    }
    let active = is_active(&mut root)?;
    scope(&mut root)?;
    classification(&mut root)?;
    let extensions = Extensions::take(&mut root)?;
    let (participant, given_by) = people(&mut root, &extensions)?;
    let id = id(&mut root)?;
    let version = version(&mut root)?;
    let controller = party(&mut root.only("organization", "the one organisation that answers for the processing")?)?;
    let given_at = root.need_read("dateTime", "when it was given, RFC 3339", time::parse_instant)?;
    let policies = policies(&mut root)?;
    let opts_in = opts_in(&mut root)?;
    let evidence = evidence(&mut root, &extensions)?;
    let (period, grants) = provisions(root.need_object("provision", "the root provision")?, opts_in)?;
    // The narrative and the language are for people. Only the fields count.
    root.take("text");
    root.take("language");
    root.finish("a field of Consent that this hub understands")?;
    let status = match (active, extensions.withdrawn_at) {
        (true, None) => DocumentStatus::Active,
        (true, Some(_)) => {
            return Err(InputError::new(
                InputCode::Invalid,
                "extension",
                "no withdrawal on a consent that is active",
            ));
        }
        (false, at) => DocumentStatus::Withdrawn { at },
    };
    Ok(ConsentDocument {
        id,
        version,
        participant,
        given_at,
        given_by,
        controller,
        evidence,
        text_version: extensions.text_version.unwrap_or(policies),
        period,
        grants,
        status,
    })
}

fn is_active(root: &mut Fields) -> Result<bool, InputError> {
    match root.need_text("status", "active or inactive")?.as_str() {
        "active" => Ok(true),
        "inactive" => Ok(false),
        _ => Err(root.error(
            InputCode::Invalid,
            "status",
            "active or inactive: a consent that is a draft, proposed, rejected or entered in error permits nothing",
        )),
    }
}

/// Returns the system and the code of the only coding of a `CodeableConcept`. A second coding is refused, since it
/// could mean more.
fn coding(mut concept: Fields) -> Result<(String, String), InputError> {
    let mut coding = concept.only("coding", "one coding")?;
    concept.text("text")?;
    concept.finish("one of coding, text")?;
    let pair = (
        coding.need_text("system", "the code system")?,
        coding.need_text("code", "the code")?,
    );
    finish_coding(coding)?;
    Ok(pair)
}

fn finish_coding(mut coding: Fields) -> Result<(), InputError> {
    coding.text("display")?;
    coding.text("version")?;
    coding.take("userSelected");
    coding.finish("one of system, code, display")
}

fn scope(root: &mut Fields) -> Result<(), InputError> {
    let found = coding(root.need_object("scope", "the scope patient-privacy")?)?;
    let right = found == (SCOPE.to_owned(), "patient-privacy".to_owned());
    if right {
        Ok(())
    } else {
        Err(root.error(InputCode::UnknownCode, "scope", "the scope patient-privacy"))
    }
}

fn classification(root: &mut Fields) -> Result<(), InputError> {
    let expected = "the LOINC code 59284-0 or 57016-8, or the v3-ActCode IDSCL";
    for (path, value) in root.list("category", expected)? {
        let (system, code) = coding(Fields::of(value, path.as_str())?)?;
        let known = [(LOINC, "59284-0"), (LOINC, "57016-8"), (ACT_CODE, "IDSCL")];
        if !known.contains(&(system.as_str(), code.as_str())) {
            return Err(InputError::new(InputCode::UnknownCode, path, expected));
        }
    }
    Ok(())
}

/// The project's extensions at the root. An unknown extension is refused, since it may change the meaning of everything
/// else.
#[derive(Default)]
struct Extensions {
    withdrawn_at: Option<Timestamp>,
    sha256: Option<String>,
    evidence_type: Option<String>,
    text_version: Option<String>,
    guardian_basis: Option<String>,
}

impl Extensions {
    fn take(root: &mut Fields) -> Result<Self, InputError> {
        let mut found = Self::default();
        if !root.has("extension") {
            return Ok(found);
        }
        for (path, value) in root.list("extension", "a list of known extensions")? {
            let mut extension = Fields::of(value, path.as_str())?;
            let url = extension.need_text("url", "the extension's url")?;
            let twice = match url.strip_prefix(EXTENSIONS) {
                _ if WITHDRAWN.contains(&url.as_str()) => {
                    let at = extension.need_read("valueDateTime", "when it was withdrawn", time::parse_instant)?;
                    found.withdrawn_at.replace(at).is_some()
                }
                Some("evidence-sha256") => {
                    let hash = extension.need_read("valueString", DIGEST, Evidence::parse_sha256)?;
                    found.sha256.replace(hash).is_some()
                }
                Some("evidence-type") => found
                    .evidence_type
                    .replace(extension.need_text("valueString", "the type of evidence, such as signed-form")?)
                    .is_some(),
                Some("consent-text-version") => found
                    .text_version
                    .replace(extension.need_text("valueString", "the text's version")?)
                    .is_some(),
                Some("guardian-basis") => found
                    .guardian_basis
                    .replace(extension.need_text("valueString", "the decision")?)
                    .is_some(),
                _ => {
                    return Err(InputError::new(
                        InputCode::Unknown,
                        path,
                        "an extension that this hub knows",
                    ));
                }
            };
            if twice {
                return Err(InputError::new(InputCode::Invalid, path, "each extension once"));
            }
            extension.finish("one of url and its value")?;
        }
        Ok(found)
    }
}

/// Returns the identifier of a logical reference: its OID or its system, and its value. A literal reference is refused,
/// since the hub can not follow it.
fn identifier(reference: &mut Fields, types: &[&str]) -> Result<(String, String), InputError> {
    if reference.has("reference") {
        let expected = "an identifier: references to other resources are not followed";
        return Err(reference.error(InputCode::Unknown, "reference", expected));
    }
    if let Some(kind) = reference.text("type")?
        && !types.contains(&kind.as_str())
    {
        return Err(reference.error(InputCode::Invalid, "type", types.join(" or ")));
    }
    reference.text("display")?;
    let mut identifier = reference.need_object("identifier", "an identifier")?;
    let system = identifier.need_text("system", "the identifier's system")?;
    let value = identifier.need_text("value", "the identifier's value")?;
    identifier.finish("one of system, value")?;
    let system = system
        .strip_prefix("urn:oid:")
        .map_or_else(|| system.clone(), ToOwned::to_owned);
    Ok((system, value))
}

fn person(mut reference: Fields) -> Result<DocumentParticipant, InputError> {
    let (system, value) = identifier(&mut reference, &["Patient"])?;
    if system == PARTICIPANT {
        let expected = "the pseudonym that a hub gave";
        let pseudonym = ParticipantRef::parse(&value)
            .ok_or_else(|| reference.error(InputCode::Invalid, "identifier.value", expected))?;
        reference.finish("one of type, identifier, display")?;
        return Ok(DocumentParticipant::Pseudonym(pseudonym));
    }
    if ![BIRTH_NUMBER, D_NUMBER].contains(&system.as_str()) {
        let expected = "the system of national identity numbers, of D-numbers or of this hub's participants";
        return Err(reference.error(InputCode::UnknownCode, "identifier.system", expected));
    }
    let id = NationalId::parse(&value)
        .map_err(|e| reference.error(InputCode::Invalid, "identifier.value", e.to_string()))?;
    reference.finish("one of type, identifier, display")?;
    Ok(DocumentParticipant::NationalId(id))
}

fn party(reference: &mut Fields) -> Result<PartyName, InputError> {
    let (system, value) = identifier(reference, &["Organization"])?;
    let name = match system.as_str() {
        ORG_NUMBER => OrgNumber::parse(&value).map(PartyName::Org),
        HER_ID => HerId::parse(&value).map(PartyName::Her),
        PARTY => PartyId::parse(&value).map(PartyName::Id),
        _ => {
            let expected = "the system of organisation numbers, of HER-ids or of this hub's parties";
            return Err(reference.error(InputCode::UnknownCode, "identifier.system", expected));
        }
    };
    let name = name.map_err(|e| reference.error(InputCode::Invalid, "identifier.value", e.to_string()))?;
    let rest = std::mem::replace(reference, Fields::of(Value::Object(serde_json::Map::new()), "")?);
    rest.finish("one of type, identifier, display")?;
    Ok(name)
}

fn people(root: &mut Fields, extensions: &Extensions) -> Result<(DocumentParticipant, GivenBy), InputError> {
    let participant = person(root.need_object("patient", "the participant, by identifier")?)?;
    if let Some(basis) = &extensions.guardian_basis {
        let mut guardian = root.only("performer", "the one who gave the consent")?;
        if guardian.text("type")?.as_deref() != Some("RelatedPerson") {
            return Err(guardian.error(InputCode::Invalid, "type", "RelatedPerson, as a guardian gave it"));
        }
        // The evidence names the guardian. The hub stores only the decision on guardianship.
        guardian.take("identifier");
        guardian.text("display")?;
        guardian.finish("one of type, identifier, display")?;
        return Ok((participant, GivenBy::Guardian { basis: basis.clone() }));
    }
    let performer = person(root.only("performer", "the one who gave the consent")?)?;
    if performer != participant {
        let expected = "the patient, or a guardian with the extension guardian-basis";
        return Err(root.error(InputCode::Invalid, "performer[0]", expected));
    }
    Ok((participant, GivenBy::Participant))
}

fn is_urn_of_uuid(value: &str) -> bool {
    let start = value.get(..9);
    start.is_some_and(|start| start.eq_ignore_ascii_case("urn:uuid:"))
}

fn id(root: &mut Fields) -> Result<Option<ConsentId>, InputError> {
    let own = root.text("id")?.and_then(|raw| ConsentId::parse(&raw));
    if !root.has("identifier") {
        return Ok(own);
    }
    let mut found = None;
    for (path, value) in root.list("identifier", "a list of identifiers")? {
        let mut identifier = Fields::of(value, path.as_str())?;
        let system = identifier.text("system")?;
        let value = identifier.need_text("value", "the identifier's value")?;
        identifier.take("use");
        identifier.finish("one of system, value")?;
        if system.as_deref() == Some("urn:ietf:rfc:3986")
            && is_urn_of_uuid(&value)
            && let Some(id) = ConsentId::parse(&canonical_id(&value))
            && found.replace(id).is_some()
        {
            return Err(InputError::new(
                InputCode::Invalid,
                path,
                "one urn:uuid, as a consent has one id",
            ));
        }
    }
    Ok(found.or(own))
}

fn version(root: &mut Fields) -> Result<u32, InputError> {
    let Some(mut meta) = root.object("meta")? else {
        return Ok(1);
    };
    let version = meta
        .text("versionId")?
        .and_then(|raw| raw.parse().ok())
        .filter(|v| *v >= 1)
        .unwrap_or(1);
    if meta.has("tag") {
        for (path, tag) in meta.list("tag", "a list of tags")? {
            let is_part = tag.get("code").and_then(Value::as_str) == Some(SUBSETTED);
            if is_part {
                let expected = "a whole consent: the part that one party sees can not be registered";
                return Err(InputError::new(InputCode::Invalid, path, expected));
            }
        }
    }
    for beside in ["lastUpdated", "profile", "source", "security"] {
        meta.take(beside);
    }
    meta.finish("one of versionId, lastUpdated, profile, source, security, tag")?;
    Ok(version)
}

/// Returns the address of the policy. The address identifies the signed text if no extension does.
fn policies(root: &mut Fields) -> Result<String, InputError> {
    let mut policy = root.only("policy", "the one policy with the text that was signed")?;
    let uri = policy.need_text("uri", "the address of the text that was signed")?;
    policy.text("authority")?;
    policy.finish("one of authority, uri")?;
    Ok(uri)
}

/// Returns whether the document names the rule "nothing unless opted in". Any other rule could mean more than the
/// provisions say.
fn opts_in(root: &mut Fields) -> Result<bool, InputError> {
    let Some(rule) = root.object("policyRule")? else {
        return Ok(false);
    };
    let found = coding(rule)?;
    if found == (ACT_CODE.to_owned(), "OPTIN".to_owned()) {
        Ok(true)
    } else {
        Err(root.error(
            InputCode::UnknownCode,
            "policyRule",
            "no rule, or OPTIN with provisions that permit",
        ))
    }
}

fn evidence(root: &mut Fields, extensions: &Extensions) -> Result<Evidence, InputError> {
    let mut source = root.need_object("sourceAttachment", "the document that shows that the consent was given")?;
    let title = source.text("title")?;
    let url = source.text("url")?;
    let reference = url
        .or(title)
        .ok_or_else(|| source.error(InputCode::Missing, "title", "where the evidence is kept"))?;
    // R4 has only a SHA-1 hash, which is ignored. The SHA-256 in the extension counts.
    for beside in ["contentType", "language", "hash", "size", "creation"] {
        source.take(beside);
    }
    source.finish("one of contentType, title, url, hash, size, creation, without the document's data")?;
    Ok(Evidence {
        kind: extensions.evidence_type.as_deref().unwrap_or(DOCUMENT).to_owned(),
        reference,
        sha256: extensions.sha256.clone(),
    })
}

fn provisions(mut root: Fields, opts_in: bool) -> Result<(Period, Vec<DocumentGrant>), InputError> {
    if let Some(kind) = root.text("type")?
        && kind != "deny"
    {
        return Err(root.error(
            InputCode::Invalid,
            "type",
            "deny or nothing: a root that permits would permit everything",
        ));
    }
    let period = period(root.need_object("period", "when the consent holds")?)?;
    let expected = match opts_in {
        true => "nested provisions that permit: opting in without any would permit everything",
        false => "at least one nested provision that permits",
    };
    let nested = root.list("provision", expected)?;
    root.finish("one of type, period, provision")?;
    let grants: Result<Vec<_>, _> = nested
        .into_iter()
        .map(|(path, value)| grant(Fields::of(value, path)?))
        .collect();
    Ok((period, grants?))
}

fn period(mut fields: Fields) -> Result<Period, InputError> {
    let expected = "a whole day, YYYY-MM-DD, or a time, RFC 3339";
    let start = fields.need_read("start", expected, Moment::parse)?;
    let end = fields.read("end", expected, Moment::parse)?;
    let place = fields.path("end");
    fields.finish("one of start, end")?;
    checked_period(Period { start, end }, place)
}

fn grant(mut fields: Fields) -> Result<DocumentGrant, InputError> {
    if fields.need_text("type", "permit")? != "permit" {
        let expected = "permit: an exception that denies is not understood; leave the denied data out of the permits";
        return Err(fields.error(InputCode::Invalid, "type", expected));
    }
    let grant = DocumentGrant {
        to: receiver(&mut fields)?,
        from: author(&mut fields)?,
        purpose: purpose_of(&mut fields)?,
        categories: {
            let labels = fields.list("securityLabel", "at least one data category")?;
            let codes: Result<Vec<_>, InputError> = labels
                .into_iter()
                .map(|(path, value)| {
                    let code = code_of(Fields::of(value, path.as_str())?, DATA_CATEGORY)?;
                    category(&format!("{path}.code"), &code)
                })
                .collect();
            codes?.into_iter().collect()
        },
        basis: basis(&mut fields)?,
        period: fields.object("period")?.map(period).transpose()?,
        awaits_confirmation: awaits_confirmation(&mut fields)?,
    };
    fields.finish("one of type, period, actor, securityLabel, purpose, data")?;
    Ok(grant)
}

/// Returns whether the project's modifier marks the grant as not yet permitting anything. Any other modifier is
/// refused, since it may mean anything.
fn awaits_confirmation(fields: &mut Fields) -> Result<bool, InputError> {
    if !fields.has("modifierExtension") {
        return Ok(false);
    }
    let mut extension = fields.only("modifierExtension", "the extension grant-awaits-confirmation alone")?;
    let url = extension.need_text("url", "the extension's url")?;
    if url.strip_prefix(EXTENSIONS) != Some(AWAITS) {
        return Err(extension.error(InputCode::Unknown, "url", "an extension that this hub knows"));
    }
    let Some(Value::Bool(awaits)) = extension.take("valueBoolean") else {
        return Err(extension.error(InputCode::Invalid, "valueBoolean", "true or false"));
    };
    extension.finish("one of url, valueBoolean")?;
    Ok(awaits)
}

fn receiver(fields: &mut Fields) -> Result<PartyName, InputError> {
    let mut actor = fields.only("actor", "one actor with the role IRCP: the receiver")?;
    let role = coding(actor.need_object("role", "the role IRCP")?)?;
    if role != (PARTICIPATION.to_owned(), "IRCP".to_owned()) {
        return Err(actor.error(InputCode::UnknownCode, "role", "the role IRCP"));
    }
    let name = party(&mut actor.need_object("reference", "the receiver, by identifier")?)?;
    actor.finish("one of role, reference")?;
    Ok(name)
}

fn author(fields: &mut Fields) -> Result<PartyName, InputError> {
    let mut data = fields.only("data", "one reference with the meaning authoredby: the sender")?;
    if data.need_text("meaning", "authoredby")? != "authoredby" {
        return Err(data.error(InputCode::UnknownCode, "meaning", "authoredby"));
    }
    let name = party(&mut data.need_object("reference", "the sender, by identifier")?)?;
    data.finish("one of meaning, reference")?;
    Ok(name)
}

fn purpose_of(fields: &mut Fields) -> Result<Purpose, InputError> {
    let coding = fields.only("purpose", "one purpose")?;
    let path = coding.path("code");
    purpose(&path, &code_of(coding, PURPOSE)?)
}

/// Returns the code of a coding, which must be of `system`.
fn code_of(mut coding: Fields, system: &str) -> Result<String, InputError> {
    if coding.need_text("system", system)? != system {
        return Err(coding.error(InputCode::UnknownCode, "system", system));
    }
    let code = coding.need_text("code", "a code")?;
    finish_coding(coding)?;
    Ok(code)
}

/// Reads the basis: consent, or a duty with its legal reference in the project's extension.
fn basis(fields: &mut Fields) -> Result<Basis, InputError> {
    if !fields.has("extension") {
        return Ok(Basis::Consent);
    }
    let mut extension = fields.only("extension", "the extension grant-basis alone")?;
    let url = extension.need_text("url", "the extension's url")?;
    if url.strip_prefix(EXTENSIONS) != Some("grant-basis") {
        return Err(extension.error(InputCode::Unknown, "url", "an extension that this hub knows"));
    }
    let reference = extension.need_text("valueString", "the legal reference of the duty")?;
    extension.finish("one of url, valueString")?;
    Ok(Basis::Duty { reference })
}
