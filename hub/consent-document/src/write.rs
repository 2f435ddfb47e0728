//! A consent written as a document. [`crate::read_consent`] reads the same consent back, from either form.

use bindeledd_core::consent::{Basis, GivenBy, Moment, Period};
use bindeledd_core::{NationalIdKind, PartyName};
use serde_json::{Value, json};

use crate::document::{CONSENT_SCHEMA, ConsentDocument, DocumentGrant, DocumentParticipant, DocumentStatus};
use crate::fhir::{
    ACT_CODE, AWAITS, BIRTH_NUMBER, D_NUMBER, DATA_CATEGORY, DOCUMENT, EXTENSIONS, HER_ID, LOINC, OBSERVATION_VALUE,
    ORG_NUMBER, PARTICIPANT, PARTICIPATION, PARTY, PURPOSE, SCOPE, SUBSETTED,
};

/// Base address of the signed texts. The extension `consent-text-version` names the version.
const TEXTS: &str = "https://bindeledd.example/fhir/consent-text";

impl ConsentDocument {
    /// Returns the project's JSON. A document with a participant's number is only for a reader who may have the number.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut evidence = json!({ "type": self.evidence.kind, "reference": self.evidence.reference });
        put(&mut evidence, "sha256", self.evidence.sha256.as_deref());
        let mut document = json!({
            "schema": CONSENT_SCHEMA, "version": self.version,
            "participant": match &self.participant {
                DocumentParticipant::NationalId(id) => json!({ "nationalId": id.reveal() }),
                DocumentParticipant::Pseudonym(pseudonym) => json!({ "ref": pseudonym.to_string() }),
            },
            "givenAt": self.given_at.to_string(),
            "givenBy": match &self.given_by {
                GivenBy::Participant => json!({ "role": "participant" }),
                GivenBy::Guardian { basis } => json!({ "role": "guardian", "basis": basis }),
            },
            "controller": self.controller.to_string(),
            "evidence": evidence,
            "textVersion": self.text_version,
            "period": period(&self.period),
            "grants": self.grants.iter().map(grant).collect::<Vec<_>>(),
            "status": status(self.status, "withdrawn"),
        });
        put(&mut document, "id", self.id.map(|id| id.to_string()));
        put(&mut document, "withdrawnAt", withdrawn_at(self.status));
        document
    }

    /// Returns a FHIR R4 `Consent`. The resource permits only what its nested provisions permit. The project's
    /// extensions hold the data that R4 has no place for. A document with a participant's number is only for a reader
    /// who may have the number.
    #[must_use]
    pub fn to_fhir(&self) -> Value {
        let patient = person(&self.participant);
        let performer = match self.given_by {
            GivenBy::Participant => patient.clone(),
            GivenBy::Guardian { .. } => json!({ "type": "RelatedPerson", "display": "verge" }),
        };
        let mut consent = json!({
            "resourceType": "Consent",
            "meta": { "versionId": self.version.to_string(), "profile": [format!("{EXTENSIONS}consent")] },
            "extension": self.extensions(),
            "status": status(self.status, "inactive"),
            "scope": concept(SCOPE, "patient-privacy"),
            "category": [concept(LOINC, "59284-0")],
            "patient": patient,
            "dateTime": self.given_at.to_string(),
            "performer": [performer],
            "organization": [party(&self.controller)],
            "sourceAttachment": { "title": self.evidence.reference },
            "policy": [{ "uri": TEXTS }],
            "policyRule": concept(ACT_CODE, "OPTIN"),
            "provision": {
                "type": "deny",
                "period": period(&self.period),
                "provision": self.grants.iter().map(provision).collect::<Vec<_>>(),
            },
        });
        if let Some(id) = self.id {
            let urn = json!([{ "system": "urn:ietf:rfc:3986", "value": format!("urn:uuid:{id}") }]);
            put(&mut consent, "identifier", Some(urn));
        }
        consent
    }

    /// Returns the FHIR document for a reader who sees a part of the consent, with FHIR's tag for a partial resource.
    /// Every such answer has the tag, even if the consent has no other part: the reader must not learn that.
    #[must_use]
    pub fn to_fhir_in_part(&self) -> Value {
        let mut consent = self.to_fhir();
        if let Some(meta) = consent.get_mut("meta") {
            put(
                meta,
                "tag",
                Some(json!([{ "system": OBSERVATION_VALUE, "code": SUBSETTED }])),
            );
        }
        consent
    }

    fn extensions(&self) -> Vec<Value> {
        let guardian = match &self.given_by {
            GivenBy::Participant => None,
            GivenBy::Guardian { basis } => Some(basis.as_str()),
        };
        let kind = Some(self.evidence.kind.as_str()).filter(|kind| *kind != DOCUMENT);
        let texts = [
            ("consent-text-version", Some(self.text_version.as_str())),
            ("evidence-type", kind),
            ("evidence-sha256", self.evidence.sha256.as_deref()),
            ("guardian-basis", guardian),
        ];
        let texts = texts
            .into_iter()
            .filter_map(|(name, text)| Some(extension(name, text?)));
        let withdrawn = withdrawn_at(self.status)
            .map(|at| json!({ "url": format!("{EXTENSIONS}consent-withdrawn"), "valueDateTime": at }));
        texts.chain(withdrawn).collect()
    }
}

fn extension(name: &str, text: &str) -> Value {
    json!({ "url": format!("{EXTENSIONS}{name}"), "valueString": text })
}

/// Adds a field, if it has a value.
fn put(object: &mut Value, name: &str, value: Option<impl Into<Value>>) {
    if let (Value::Object(map), Some(value)) = (object, value) {
        map.insert(name.to_owned(), value.into());
    }
}

const fn status(status: DocumentStatus, ended: &'static str) -> &'static str {
    match status {
        DocumentStatus::Active => "active",
        DocumentStatus::Withdrawn { .. } => ended,
    }
}

fn withdrawn_at(status: DocumentStatus) -> Option<String> {
    match status {
        DocumentStatus::Active | DocumentStatus::Withdrawn { at: None } => None,
        DocumentStatus::Withdrawn { at: Some(at) } => Some(at.to_string()),
    }
}

/// Formats a moment. A day stays a day, since an end that is a day includes that whole day; a time keeps all its
/// digits.
fn moment(moment: Moment) -> String {
    match moment {
        Moment::Day(day) => day.to_string(),
        Moment::Instant(instant) => instant.to_string(),
    }
}

fn period(period: &Period) -> Value {
    let mut written = json!({ "start": moment(period.start) });
    put(&mut written, "end", period.end.map(moment));
    written
}

fn grant(grant: &DocumentGrant) -> Value {
    let mut written = json!({
        "from": grant.from.to_string(), "to": grant.to.to_string(), "purpose": grant.purpose.code(),
        "categories": grant.categories.codes(),
        "basis": match &grant.basis {
            Basis::Consent => json!("consent"),
            Basis::Duty { reference } => json!({ "duty": reference }),
        },
    });
    put(&mut written, "period", grant.period.as_ref().map(period));
    put(&mut written, "confirmed", grant.awaits_confirmation.then_some(false));
    written
}

fn provision(grant: &DocumentGrant) -> Value {
    let label = |code| json!({ "system": DATA_CATEGORY, "code": code });
    let mut written = json!({
        "type": "permit",
        "actor": [{ "role": concept(PARTICIPATION, "IRCP"), "reference": party(&grant.to) }],
        "securityLabel": grant.categories.codes().into_iter().map(label).collect::<Vec<_>>(),
        "purpose": [{ "system": PURPOSE, "code": grant.purpose.code() }],
        "data": [{ "meaning": "authoredby", "reference": party(&grant.from) }],
    });
    put(&mut written, "period", grant.period.as_ref().map(period));
    if let Basis::Duty { reference } = &grant.basis {
        put(
            &mut written,
            "extension",
            Some(json!([extension("grant-basis", reference)])),
        );
    }
    if grant.awaits_confirmation {
        // This extension is a modifier: a reader that does not know it must not treat the provision as a permission.
        let awaits = json!([{ "url": format!("{EXTENSIONS}{AWAITS}"), "valueBoolean": true }]);
        put(&mut written, "modifierExtension", Some(awaits));
    }
    written
}

fn concept(system: &str, code: &str) -> Value {
    json!({ "coding": [{ "system": system, "code": code }] })
}

fn reference(kind: &str, system: &str, value: &str) -> Value {
    json!({ "type": kind, "identifier": { "system": system, "value": value } })
}

fn person(participant: &DocumentParticipant) -> Value {
    let id = match participant {
        DocumentParticipant::NationalId(id) => id,
        DocumentParticipant::Pseudonym(pseudonym) => return reference("Patient", PARTICIPANT, &pseudonym.to_string()),
    };
    let oid = match id.kind() {
        NationalIdKind::Birth => BIRTH_NUMBER,
        NationalIdKind::D => D_NUMBER,
    };
    reference("Patient", &format!("urn:oid:{oid}"), id.reveal())
}

fn party(name: &PartyName) -> Value {
    match name {
        PartyName::Id(id) => reference("Organization", PARTY, id.as_str()),
        PartyName::Org(number) => reference("Organization", &format!("urn:oid:{ORG_NUMBER}"), &number.to_string()),
        PartyName::Her(id) => reference("Organization", &format!("urn:oid:{HER_ID}"), &id.to_string()),
    }
}
