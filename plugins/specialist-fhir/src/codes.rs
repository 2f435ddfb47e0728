//! Names that stand on the wire: identifier systems, code systems, extensions.

use bindeledd_sdk::catalogue::Kind;

/// The base address of everything that the project publishes of FHIR.
pub(crate) const BASE: &str = "https://bindeledd.example/fhir";

/// Kinds of messages, such as `treatment-status`, and parts of messages, such as `proposed-time`.
pub(crate) const KIND: &str = "https://bindeledd.example/fhir/CodeSystem/message-kind";
/// The categories of data inside.
pub(crate) const DATA_CATEGORY: &str = "https://bindeledd.example/fhir/CodeSystem/data-category";
/// The purpose of the exchange.
pub(crate) const PURPOSE: &str = "https://bindeledd.example/fhir/CodeSystem/purpose";
/// Facts about this delivery: that something was left out.
pub(crate) const DELIVERY: &str = "https://bindeledd.example/fhir/CodeSystem/delivery";
/// The effect of a message on an earlier one, in its Provenance.
pub(crate) const ACTIVITY: &str = "https://bindeledd.example/fhir/CodeSystem/message-activity";
/// Parties by their id in the hub.
pub(crate) const PARTY: &str = "https://bindeledd.example/fhir/NamingSystem/party";

pub(crate) const CONFIDENTIALITY: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
pub(crate) const UCUM: &str = "http://unitsofmeasure.org";
/// Identifiers that are URIs.
pub(crate) const URI: &str = "urn:ietf:rfc:3986";

/// `MedCom`'s events, of which the care communication is one.
pub(crate) const MEDCOM_EVENTS: &str = "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-messaging-eventCodes";
/// The effect of a message of `MedCom` on an earlier one.
pub(crate) const MEDCOM_ACTIVITY: &str =
    "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-messaging-activityCodes";
/// The id of one part of a thread, on the part.
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

/// A code system that is one of the catalogue's closed lists.
pub(crate) struct CodeList {
    /// Its name on the wire.
    pub(crate) name: &'static str,
    /// The fields that hold it, in a kind or in a record of one.
    pub(crate) fields: &'static [(Kind, &'static str)],
}

/// Every code system that is one of the catalogue's lists.
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

/// The code system of a field of `kind`; a test holds that every field with codes has one.
pub(crate) fn system_of(kind: Kind, field: &str) -> String {
    let list = CODE_LISTS.iter().find(|list| list.fields.contains(&(kind, field)));
    code_system(list.map_or("unknown", |list| list.name))
}

/// The URL of one of the project's code systems.
pub(crate) fn code_system(name: &str) -> String {
    format!("{BASE}/CodeSystem/{name}")
}

/// The URL of one of the project's extensions.
pub(crate) fn extension(name: &str) -> String {
    format!("{BASE}/StructureDefinition/{name}")
}

/// The name of the published profile of a kind: its code, but for the word of a withdrawal, whose code is the name of an
/// extension of consents.
pub(crate) fn profile_name(kind: Kind) -> &'static str {
    if kind == Kind::ConsentWithdrawn {
        "consent-withdrawn-notice"
    } else {
        kind.code()
    }
}

/// The URL of the published profile of a kind.
pub(crate) fn profile(kind: Kind) -> String {
    format!("{BASE}/StructureDefinition/{}", profile_name(kind))
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
