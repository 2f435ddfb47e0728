//! Names that stand on the wire: identifier systems, code systems, extensions.

/// Where the project's own extensions live.
const EXTENSIONS: &str = "https://bindeledd.example/fhir/StructureDefinition/";

/// What a message is: `treatment-status`, and parts of messages such as `proposed-time`.
pub(crate) const KIND: &str = "https://bindeledd.example/fhir/CodeSystem/message-kind";
/// Which categories of data are inside.
pub(crate) const DATA_CATEGORY: &str = "https://bindeledd.example/fhir/CodeSystem/data-category";
/// Where a treatment is: planned, started, paused, ended.
pub(crate) const TREATMENT_PHASE: &str = "https://bindeledd.example/fhir/CodeSystem/treatment-phase";
/// Whether work goes along with a treatment.
pub(crate) const COMBINES_WITH_WORK: &str = "https://bindeledd.example/fhir/CodeSystem/combines-with-work";
/// What a meeting is answered with.
pub(crate) const MEETING_ANSWER: &str = "https://bindeledd.example/fhir/CodeSystem/meeting-answer";
/// What the exchange is for.
pub(crate) const PURPOSE: &str = "https://bindeledd.example/fhir/CodeSystem/purpose";
/// What there is to know of this delivery: that something was left out.
pub(crate) const DELIVERY: &str = "https://bindeledd.example/fhir/CodeSystem/delivery";
/// Parties by their id in the hub.
pub(crate) const PARTY: &str = "https://bindeledd.example/fhir/NamingSystem/party";

pub(crate) const CONFIDENTIALITY: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
pub(crate) const UCUM: &str = "http://unitsofmeasure.org";
/// Identifiers that are URIs.
pub(crate) const URI: &str = "urn:ietf:rfc:3986";

/// Fødselsnummer.
pub(crate) const BIRTH_NUMBER: &str = "2.16.578.1.12.4.1.4.1";
/// D-number.
pub(crate) const D_NUMBER: &str = "2.16.578.1.12.4.1.4.2";
/// Organisation number.
pub(crate) const ORG_NUMBER: &str = "2.16.578.1.12.4.1.4.101";
/// HER-id.
pub(crate) const HER_ID: &str = "2.16.578.1.12.4.1.2";

/// The URL of one of the project's extensions.
pub(crate) fn extension(name: &str) -> String {
    format!("{EXTENSIONS}{name}")
}

/// An OID as an identifier system.
pub(crate) fn urn_oid(oid: &str) -> String {
    format!("urn:oid:{oid}")
}

/// Whether `system` is this OID: as `urn:oid:` in instances, bare in many naming systems.
pub(crate) fn is_oid(system: &str, oid: &str) -> bool {
    let system = system.trim();
    let bare = match system.get(..8) {
        Some(prefix) if prefix.eq_ignore_ascii_case("urn:oid:") => &system[8..],
        _ => system,
    };
    bare == oid
}
