//! Refuses records, diagnoses, and elements that change the meaning of other elements, anywhere in a document.

use serde_json::Value;

use crate::codes;
use crate::refusal::{Refused, refuse};

/// Resources that are parts of a patient's record. They never pass the hub.
const RECORDS: [&str; 34] = [
    "AdverseEvent",
    "AllergyIntolerance",
    "BodyStructure",
    "ClinicalImpression",
    "Composition",
    "Condition",
    "DetectedIssue",
    "DeviceRequest",
    "DeviceUseStatement",
    "DiagnosticReport",
    "FamilyMemberHistory",
    "Flag",
    "ImagingStudy",
    "Immunization",
    "ImmunizationEvaluation",
    "ImmunizationRecommendation",
    "List",
    "Medication",
    "MedicationAdministration",
    "MedicationDispense",
    "MedicationKnowledge",
    "MedicationRequest",
    "MedicationStatement",
    "MolecularSequence",
    "NutritionOrder",
    "Procedure",
    "QuestionnaireResponse",
    "ReferralRequest",
    "RequestGroup",
    "RiskAssessment",
    "ServiceRequest",
    "Specimen",
    "SupplyRequest",
    "VisionPrescription",
];

/// Other names for attachments. They are left out and reported if they accompany a message.
const ATTACHMENTS: [&str; 4] = ["Binary", "DocumentManifest", "DocumentReference", "Media"];

/// Resources that identify a person or an organisation. A SNOMED CT code in one of them is a profession or a place, not a finding.
const WHO: [&str; 8] = [
    "CareTeam",
    "Device",
    "HealthcareService",
    "Location",
    "Organization",
    "Patient",
    "Practitioner",
    "PractitionerRole",
];

/// Diagnosis code systems by OID: ICD-10 and ICPC-2 in Norway, then the international ones.
const DIAGNOSIS_OIDS: [&str; 7] = [
    "2.16.578.1.12.4.1.1.7110",
    "2.16.578.1.12.4.1.1.7170",
    "2.16.840.1.113883.6.3",
    "2.16.840.1.113883.6.42",
    "2.16.840.1.113883.6.90",
    "2.16.840.1.113883.6.103",
    "2.16.840.1.113883.6.139",
];

/// Diagnosis code systems by the start of their URL, without `http:` or `https:`.
const DIAGNOSIS_URLS: [&str; 5] = [
    "//hl7.org/fhir/sid/icd-",
    "//hl7.org/fhir/sid/icpc-",
    "//hl7.org/fhir/sid/dsm",
    "//id.who.int/icd",
    "//terminology.hl7.org/codesystem/icd",
];

const SNOMED_OID: &str = "2.16.840.1.113883.6.96";
const SNOMED_URL: &str = "//snomed.info/sct";

/// Returns true if a resource of this type is a record when it is sent alone or as a message's content.
pub(crate) fn is_record(resource_type: &str) -> bool {
    RECORDS.contains(&resource_type) || ATTACHMENTS.contains(&resource_type)
}

/// Makes the refusal of a record.
pub(crate) fn record() -> Refused {
    refuse(
        "is-a-record",
        "Dokumentet er en del av en journal (for eksempel henvisning, epikrise, resept, diagnose, prøvesvar eller \
         journaldokument). Bindeledd flytter aldri journal. Send den rett til den som skal ha den, på vanlig måte, og \
         send heller en kort koordineringsmelding: behandling, funksjonsopplysninger, spørsmål, svar eller ønske om møte.",
    )
}

/// Checks a whole document, once its type is known to be supported.
pub(crate) fn check(document: &Value) -> Result<(), Refused> {
    let mut open = vec![(document, false)];
    while let Some((value, says_who)) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items.iter().map(|item| (item, says_who))),
            Value::Object(members) => {
                let resource = value.get("resourceType").and_then(Value::as_str);
                if resource.is_some_and(|r| RECORDS.contains(&r)) {
                    return Err(record());
                }
                let says_who = resource.map_or(says_who, |r| WHO.contains(&r));
                for (name, member) in members {
                    check_member(name, member, says_who)?;
                    open.push((member, says_who));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn check_member(name: &str, value: &Value, says_who: bool) -> Result<(), Refused> {
    match (name, value) {
        ("modifierExtension", _) => Err(refuse(
            "modifier-extension",
            "Dokumentet har modifierExtension, som kan snu meningen i resten. Bindeledd kan ikke vite hva den betyr. \
             Send meldingen uten.",
        )),
        ("implicitRules" | "_implicitRules", _) => Err(refuse(
            "implicit-rules",
            "Dokumentet viser til regler som må leses for å forstå det (implicitRules). Send meldingen uten.",
        )),
        ("system" | "_system", Value::String(system)) if is_diagnosis(system, says_who) => Err(diagnosis()),
        // XML can repeat an unknown element, and can thus hide a second system.
        ("system", Value::Array(systems)) => systems.iter().try_for_each(|one| check_member(name, one, says_who)),
        // An extension may contain a code as text or URI, with the code system in front.
        (_, Value::String(text)) if name.starts_with("value") && is_diagnosis(text, says_who) => Err(diagnosis()),
        _ => Ok(()),
    }
}

fn diagnosis() -> Refused {
    refuse(
        "diagnosis",
        "Dokumentet har en kode fra et diagnosekodeverk (ICD, ICPC eller SNOMED CT). Bindeledd formidler aldri diagnoser. \
         Ta ut koden og skriv heller hva personen får til, og hva som må til for å få det til.",
    )
}

fn is_diagnosis(system: &str, says_who: bool) -> bool {
    let system = system.trim().split('|').next().unwrap_or_default().to_ascii_lowercase();
    let url = system
        .strip_prefix("http:")
        .or_else(|| system.strip_prefix("https:"))
        .map(|u| u.replace("//www.", "//"));
    let by_url = |start: &str| url.as_deref().is_some_and(|u| u.starts_with(start));
    DIAGNOSIS_OIDS.iter().any(|oid| codes::is_oid(&system, oid))
        || DIAGNOSIS_URLS.iter().any(|start| by_url(start))
        || (!says_who && (by_url(SNOMED_URL) || codes::is_oid(&system, SNOMED_OID)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn diagnosis_systems_are_known_in_every_spelling() {
        for system in [
            "urn:oid:2.16.578.1.12.4.1.1.7110",
            "2.16.578.1.12.4.1.1.7170",
            "URN:OID:2.16.840.1.113883.6.3",
            "http://hl7.org/fhir/sid/icd-10",
            "http://hl7.org/fhir/sid/icd-10-nor",
            "https://hl7.org/fhir/sid/icd-10|2019",
            "http://hl7.org/fhir/sid/icpc-2",
            "http://hl7.org/fhir/sid/icpc-2-no",
            "http://id.who.int/icd/release/11/mms",
            "http://snomed.info/sct",
            "http://snomed.info/sct/51000202101",
        ] {
            let document = json!({"resourceType": "Communication", "a": [{"b": {"coding": [{"system": system}]}}]});
            assert_eq!(check(&document).unwrap_err().code, "diagnosis", "{system}");
        }
        assert!(check(&json!({"system": "http://loinc.org"})).is_ok());
    }

    #[test]
    fn a_profession_in_snomed_is_no_diagnosis_but_an_icd_code_is_one_everywhere() {
        let role = |system: &str| {
            json!({"resourceType": "Communication", "contained": [
                {"resourceType": "PractitionerRole", "code": [{"coding": [{"system": system, "code": "1"}]}]}]})
        };
        assert!(check(&role("http://snomed.info/sct")).is_ok());
        assert_eq!(
            check(&role("http://hl7.org/fhir/sid/icd-10")).unwrap_err().code,
            "diagnosis"
        );
    }

    #[test]
    fn what_changes_the_meaning_of_the_rest_is_refused_wherever_it_stands() {
        let code = |document: Value| check(&document).unwrap_err().code;
        assert_eq!(
            code(json!({"payload": [{"modifierExtension": []}]})),
            "modifier-extension"
        );
        assert_eq!(
            code(json!({"entry": [{"resource": {"implicitRules": "x"}}]})),
            "implicit-rules"
        );
        assert_eq!(
            code(json!({"entry": [{"resource": {"resourceType": "Condition"}}]})),
            "is-a-record"
        );
        assert!(check(&json!({"entry": [{"resource": {"resourceType": "DocumentReference"}}]})).is_ok());
    }
}
