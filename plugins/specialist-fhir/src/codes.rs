//! Names on the wire: identifier systems, code systems, extensions.

use bindeledd_sdk::catalogue::Kind;

/// Base address of the project's published FHIR artifacts.
pub(crate) const BASE: &str = "https://bindeledd.example/fhir";

/// Kinds of messages, such as `treatment-status`, and parts of messages, such as `proposed-time`.
pub(crate) const KIND: &str = "https://bindeledd.example/fhir/CodeSystem/message-kind";
/// Categories of the data inside.
pub(crate) const DATA_CATEGORY: &str = "https://bindeledd.example/fhir/CodeSystem/data-category";
/// Purpose of the exchange.
pub(crate) const PURPOSE: &str = "https://bindeledd.example/fhir/CodeSystem/purpose";
/// Facts about this delivery, such as a mark that something was withheld.
pub(crate) const DELIVERY: &str = "https://bindeledd.example/fhir/CodeSystem/delivery";
/// Effect of a message on an earlier one, as its Provenance states it.
pub(crate) const ACTIVITY: &str = "https://bindeledd.example/fhir/CodeSystem/message-activity";
/// Parties by their id in the hub.
pub(crate) const PARTY: &str = "https://bindeledd.example/fhir/NamingSystem/party";

pub(crate) const CONFIDENTIALITY: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
pub(crate) const UCUM: &str = "http://unitsofmeasure.org";
/// Identifiers that are URIs.
pub(crate) const URI: &str = "urn:ietf:rfc:3986";

/// `MedCom`'s events, including the care communication.
pub(crate) const MEDCOM_EVENTS: &str = "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-messaging-eventCodes";
/// Effect of a `MedCom` message on an earlier one.
pub(crate) const MEDCOM_ACTIVITY: &str =
    "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-messaging-activityCodes";
/// Extension with the id of one part of a thread.
pub(crate) const MEDCOM_PART_ID: &str =
    "http://medcomfhir.dk/ig/core/StructureDefinition/medcom-core-identifier-extension";

/// Fødselsnummer.
pub(crate) const BIRTH_NUMBER: &str = "2.16.578.1.12.4.1.4.1";
/// D-number.
pub(crate) const D_NUMBER: &str = "2.16.578.1.12.4.1.4.2";
/// Organisation number.
pub(crate) const ORG_NUMBER: &str = "2.16.578.1.12.4.1.4.101";
/// HER-id.
pub(crate) const HER_ID: &str = "2.16.578.1.12.4.1.2";

/// A code system that equals one of the catalogue's closed lists.
pub(crate) struct CodeList {
    /// Name on the wire.
    pub(crate) name: &'static str,
    /// Fields with this list, in a kind or a record of it.
    pub(crate) fields: &'static [(Kind, &'static str)],
}

/// Every code system that equals a list of the catalogue.
pub(crate) static CODE_LISTS: [CodeList; 13] = [
    CodeList {
        name: "treatment-phase",
        fields: &[(Kind::TreatmentStatus, "status")],
    },
    CodeList {
        name: "combines-with-work",
        fields: &[(Kind::TreatmentStatus, "combinesWithWork")],
    },
    CodeList {
        name: "meeting-answer",
        fields: &[(Kind::MeetingResponse, "answer")],
    },
    CodeList {
        name: "measure",
        fields: &[(Kind::StartMeeting, "measure")],
    },
    CodeList {
        name: "instance",
        fields: &[(Kind::StartMeetingSummary, "instance")],
    },
    CodeList {
        name: "participation",
        fields: &[(Kind::ProgressUpdate, "status")],
    },
    CodeList {
        name: "need-area",
        fields: &[(Kind::FacilitationNeed, "area")],
    },
    CodeList {
        name: "guidance-for",
        fields: &[(Kind::SupportRequest, "guidanceFor")],
    },
    CodeList {
        name: "urgency",
        fields: &[(Kind::SupportRequest, "urgency")],
    },
    CodeList {
        name: "end-reason",
        fields: &[(Kind::MeasureEndProposed, "reason"), (Kind::MeasureEnded, "reason")],
    },
    CodeList {
        name: "outcome",
        fields: &[(Kind::MeasureEndProposed, "outcome"), (Kind::MeasureEnded, "outcome")],
    },
    CodeList {
        name: "situation",
        fields: &[(Kind::AfterFollowUp, "situation")],
    },
    CodeList {
        name: "withdrawal-meaning",
        fields: &[(Kind::ConsentWithdrawn, "meaning")],
    },
];

/// Returns the code system of a field of `kind`. A test requires one for every field with codes.
pub(crate) fn system_of(kind: Kind, field: &str) -> String {
    let list = CODE_LISTS.iter().find(|list| list.fields.contains(&(kind, field)));
    code_system(list.map_or("unknown", |list| list.name))
}

/// Returns the URL of one of the project's code systems.
pub(crate) fn code_system(name: &str) -> String {
    format!("{BASE}/CodeSystem/{name}")
}

/// Returns the URL of one of the project's extensions.
pub(crate) fn extension(name: &str) -> String {
    format!("{BASE}/StructureDefinition/{name}")
}

/// Returns the name of a kind's published profile: the kind's code, except for withdrawals. Their code is already the
/// name of an extension of consents.
pub(crate) fn profile_name(kind: Kind) -> &'static str {
    if kind == Kind::ConsentWithdrawn {
        "consent-withdrawn-notice"
    } else {
        kind.code()
    }
}

/// Returns the URL of a kind's published profile.
pub(crate) fn profile(kind: Kind) -> String {
    format!("{BASE}/StructureDefinition/{}", profile_name(kind))
}

/// Writes an OID as an identifier system.
pub(crate) fn urn_oid(oid: &str) -> String {
    format!("urn:oid:{oid}")
}

/// Returns true if `system` denotes this OID. Instances write `urn:oid:`; many naming systems have the bare OID.
pub(crate) fn is_oid(system: &str, oid: &str) -> bool {
    let system = system.trim();
    let bare = match system.get(..8) {
        Some(prefix) if prefix.eq_ignore_ascii_case("urn:oid:") => &system[8..],
        _ => system,
    };
    bare == oid
}
